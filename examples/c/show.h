/* What a report and a log have to say, for a person to read. */
#ifndef SHOW_H
#define SHOW_H

#include <ar_core.h>

/* Prints what was decided, what people have to do, what is open and the measures. Returns 0 or -1. */
int show_report(const ar_report *report, int32_t as_of_days);

/* Prints why a decision was made. Returns 0, or -1 and a printed message. */
int show_explanation(const ar_report *report, const char *decision_id);

/* Prints where a log ends, whether it is whole, and what it says of a decision. Returns 0, or -1 and a printed message. */
int show_log(const ar_audit_log *log, const char *decision_id);

#endif
