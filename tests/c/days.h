/* The days of the scenario suite, as the suite writes them for programs in C: see tests/suite/abi/days.rs for the form. */
#ifndef DAYS_H
#define DAYS_H

#include <ar_core.h>
#include <stdio.h>
#include <stdlib.h>

/* Says what went wrong and where, and ends the program. */
#define MUST(what) do { if (!(what)) { fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); exit(1); } } while (0)

typedef struct Day {
  char *name;
  int32_t as_of_days;
  ar_ledger *ledger;
  ar_policy *policy;
  ar_models *models;
  char **customers; /* whom the day is for; NULL: for all */
  size_t customers_len;
} Day;

/* A file of days that is read one by one. */
typedef struct Days {
  char *text;
  size_t len, at;
} Days;

/* Ends the program with the message of the error unless the call succeeded. */
void done(ar_status status, ar_error *error, const char *what);

Days days_open(const char *path);
/* Loads the next day through the library; 0 at the end. */
int days_next(Days *days, Day *day);
/* Goes on to the day of that name. */
void days_find(Days *days, const char *name, Day *day);
/* The run of the day: of all, or of the customers whom it is for. */
ar_status day_run(const Day *day, const ar_ledger *ledger, const ar_models *models, ar_report **out, ar_error **error);
void day_free(Day *day);
void days_close(Days *days);

/* Frees the arrays of a column, but one of them is as long as it claims: gives `claimed` bytes that are not there to the library. */
extern size_t plant_too_long;

#endif
