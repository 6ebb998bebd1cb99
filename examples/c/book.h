/* A book in a folder: its tables as CSV files, its policy as policy.toml. What goes wrong is printed. */
#ifndef BOOK_H
#define BOOK_H

#include <ar_core.h>

/* Prints every problem of an error, and frees it. Returns -1. */
int complain(ar_error *error);

/* Loads the tables that the folder has. NULL if they were refused. To be freed with ar_ledger_free. */
ar_ledger *load_ledger(const char *folder);

/* Reads policy.toml of the folder; the shipped policy if there is none. NULL if it was refused. To be freed with ar_policy_free. */
ar_policy *load_policy(const char *folder);

#endif
