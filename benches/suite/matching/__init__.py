"""Which items a payment pays: subset-sum solvers, rules of two ERPs, and the engine on the same payments.

    workload    books, payments and the truth about them
    instances   one payment of one customer with so many open items
    ledger      a book of many customers with habits, a past, and payments of a day, some of which pay nothing
    solvers     dpss, florecon, CP-SAT, HiGHS: sums only, one payment after the other
    rules       what ERPNext and Odoo do by themselves, written from their documentation
    section     who takes part, and how answers are judged
"""
