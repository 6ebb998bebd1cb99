/* What the engine decided to do without a person: here it would be done, and its events say that it was. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "words.h"

#include <ar_core.h>

/*
 * Writes the events of the decisions that need no person, as a JSON array, to be freed with free(events->at). This program sends
 * nothing; one that does would do it here, once for each decision_id, and report what succeeded. Counts them in `done`, and in
 * `left` those of a kind that this program cannot do. Returns 0, or -1 and a printed message.
 */
int carry_out(const ar_report *report, int32_t on_days, text *events, size_t *done, size_t *left);

#endif
