"""The ladder: what holds an item, what level it has reached, and which outcomes these allow."""

from datetime import timedelta
from fractions import Fraction

from measures import business_days_after
from rows import days_late, is_credit

HOLDS = {"blocked", "cash_landed", "plan_active", "promise_live", "dispute_open", "is_credit"}


class Ladder:
    """The rules of one policy over one book on one day."""

    def __init__(self, book, policy, day, parts):
        self.book, self.policy, self.day = book, policy, day
        self.rules = policy["collections"]
        self.landed = landed(parts)
        self.unplaced = self.fresh_cash(parts)
        self.credits = self.loose_credits(parts)
        self.decisions = {row["decision_id"]: row for row in parts["decisions"]}
        self.state = {key: self.item_state(item) for key, item in book.items.items()}

    def fresh_cash(self, parts):
        """(customer, currency) of payments of the last days that nobody could place: found no item, or tied."""
        received = {row["payment_id"]: row["received_on"] for row in self.book.rows("payments") if not row["failed"]}
        window = timedelta(days=self.rules["hold_unplaced_cash_days"])
        return {
            (row["customer_id"], row["currency"])
            for row in parts["payments"]
            if row["payment_id"] in received and self.day - received[row["payment_id"]] < window and (row["status"] == "unmatched" or row["certificate"] == "tied")
        }

    def loose_credits(self, parts):
        """(customer, currency) -> open credit notes, and cash that has no place: the rest of a payment, or all of it."""
        found = {}

        def add(customer, currency, amount):
            found[(customer, currency)] = found.get((customer, currency), Fraction(0)) + amount

        for item in self.book.rows("items"):
            if is_credit(item):
                add(item["customer_id"], item["currency"], self.book.open_on(item, self.day))
        for row in parts["payments"]:
            add(row["customer_id"], row["currency"], Fraction(row["unapplied"]))
            if row["certificate"] == "tied":
                lines = [line["amount"] for line in parts["allocations"] if line["payment_id"] == row["payment_id"]]
                add(row["customer_id"], row["currency"], sum(map(Fraction, lines)))
        return found

    def item_state(self, item):
        """Level, day of the last notice and contacts, by the row and the notices that were sent."""
        sent = [row for row in self.book.rows("notices") if row["state"] == "sent" and item["item_id"] in row["item_ids"]]
        level = max([item["dunning_level"]] + [row["level"] for row in sent])
        days = [day for day in [item["last_notice_on"]] + [row["sent_on"] for row in sent] if day is not None]
        return level, max(days, default=None), item["dunning_level"] + len(sent)

    def disputed(self, item, left):
        """How much of what is open is under live disputes."""
        if item["disputed"]:
            return left
        live = [row for row in self.book.rows("disputes") if row["item_id"] == item["item_id"] and row["state"] in ("open", "in_review") and row["opened_on"] <= self.day]
        return min(sum((row["amount"] or item["amount"] for row in live), Fraction(0)), left)

    def promised(self, item):
        """Whether a promise that is still to be waited for covers the item."""
        tolerance = self.rules["promise_tolerance_days"]
        for row in self.book.rows("promises"):
            whole = row["item_id"] is None and row["customer_id"] == item["customer_id"] and item["issued_on"] <= row["made_on"]
            horizon = row["made_on"] + timedelta(days=self.rules["promise_max_days"])
            ends = business_days_after(row["due_on"], tolerance, self.policy["contact"]) if row["due_on"] <= horizon else horizon
            live = row["state"] == "open" and row["made_on"] <= self.day <= ends
            if live and (whole or row["item_id"] == item["item_id"]):
                return True
        return False

    def holds(self, item, left):
        """Every reason that stops dunning of this item alone."""
        found = set()
        if is_credit(item):
            return {"is_credit"}
        if days_late(item, self.day) <= 0:
            found.add("not_due")
        if item["blocked_until"] is not None and self.day < item["blocked_until"]:
            found.add("blocked")
        if self.landed.get(item["item_id"], Fraction(0)) > 0:
            found.add("cash_landed")
        if any(row["state"] == "active" and row["agreed_on"] <= self.day and item["item_id"] in row["item_ids"] for row in self.book.rows("plans")):
            found.add("plan_active")
        if self.promised(item):
            found.add("promise_live")
        disputed = self.disputed(item, left)
        if disputed >= left or (disputed > 0 and self.rules["hold_whole_item"]):
            found.add("dispute_open")
        return found

    def pursued(self, item, left):
        """What may be asked for: open, less what is disputed. (What cash has landed for is not asked for at all.)"""
        return left - self.disputed(item, left)

    def next_step(self, item):
        """What the ladder alone says of an item that nothing holds."""
        level, last, contacts = self.state[item["item_id"]]
        if last is not None and (self.day - last).days < self.rules["min_interval_days"]:
            return "notice_too_recent"
        if contacts >= self.rules["max_contacts"]:
            return "max_contacts"
        if level >= len(self.rules["ladder"]):
            return "ladder_exhausted"
        if days_late(item, self.day) < self.rules["ladder"][level]["after_days"]:
            return "not_due"
        return "on_notice"

    def customer_reasons(self, item, mine):
        """Reasons that stop all items of the customer in this currency; `mine` is what may be pursued of each."""
        customer = self.book.customers[item["customer_id"]]
        total = sum(mine.values(), Fraction(0))
        found = set()
        if customer["do_not_contact"]:
            found.add("do_not_contact")
        if customer["blocked_until"] is not None and self.day < customer["blocked_until"]:
            found.add("blocked")
        if (item["customer_id"], item["currency"]) in self.unplaced:
            found.add("cash_unplaced")
        credits = self.credits.get((item["customer_id"], item["currency"]), Fraction(0))
        if credits > 0 and credits >= total:
            found.add("credits_cover")
        if total < self.rules["min_notice_amount"]:
            found.add("below_minimum")
        window = [row for row in self.book.rows("notices") if row["customer_id"] == item["customer_id"] and row["state"] != "void" and row["sent_on"] <= self.day]
        if any((self.day - row["sent_on"]).days < self.rules["min_interval_days"] for row in window):
            found.add("notice_too_recent")
        if self.contacts_in_window(item["customer_id"]) >= self.rules["contact_cap"]:
            found.add("contact_cap")
        return found

    def day_is_full(self, customer):
        """Whether what the day itself sends to the customer, with the contacts before it, reaches the cap."""
        sent = sum(row["customer_id"] == customer and row["action"] in ("send_notice", "remind_promise", "call") for row in self.decisions.values())
        return sent > 0 and sent + self.contacts_in_window(customer) >= self.rules["contact_cap"]

    def contacts_in_window(self, customer):
        """Contacts of the last days that the books know."""
        window = timedelta(days=self.rules["contact_window_days"])
        rows = [row for row in self.book.rows("notices") if row["customer_id"] == customer and row["state"] != "void" and row["sent_on"] <= self.day]
        return sum(self.day - row["sent_on"] < window for row in rows)

    def check(self, item, left, code, decision, mine):
        """What is wrong with the outcome of an item, if anything."""
        held = self.holds(item, left)
        if held:
            return None if code in held else f"{code}, held by {sorted(held)}"
        stops = self.customer_reasons(item, mine)
        step = self.next_step(item)
        # What only a person does, what a habit explains and what credits cover is decided before the ladder.
        before = {"reply_waiting", "person_acts", "stop_signal", "promise_broken", "past_due", "deteriorating", "within_habit", "no_channel", "strategic"}
        if code in HOLDS - {"blocked"} or (code == "blocked" and "blocked" not in stops):
            return f"{code}, and nothing holds the item"
        if code == "on_notice":
            return self.check_notice(item, decision, step, stops)
        if {"do_not_contact", "below_minimum", "blocked", "cash_unplaced", "credits_cover"} & stops and code not in stops | {"stop_signal"}:
            return f"{code}, the customer is held by {sorted(stops)}"
        reminded = any(row["customer_id"] == item["customer_id"] and row["action"] == "remind_promise" for row in self.decisions.values())
        # A promise that is remembered today is the day's one message to the customer.
        if code == "notice_too_recent" and reminded:
            return None
        if code in before or (code == "contact_cap" and self.day_is_full(item["customer_id"])):
            return None
        return None if code == step or code in stops else f"{code}, the ladder says {step}, the customer {sorted(stops)}"

    def check_notice(self, item, decision, step, stops):
        """A notice: the item's own step is due, nothing stops the customer, and the notice is at the highest level."""
        if step != "on_notice" or stops:
            return f"on_notice, the ladder says {step}, the customer {sorted(stops)}"
        row = self.decisions[decision]
        reached = max(self.state[one][0] + 1 for one in row["item_ids"])
        if row["action"] != "send_notice" or row["level"] != reached or item["item_id"] not in row["item_ids"]:
            return f"{row['action']} at level {row['level']}, the items reach {reached}"
        asked = sum((self.pursued(self.book.items[one], self.book.open_on(self.book.items[one], self.day)) for one in row["item_ids"]), Fraction(0))
        return None if asked == Fraction(row["amount"]) else f"asks for {row['amount']}, {asked} may be asked for"


def landed(parts):
    """Cash that is proposed for items. Of explanations that tie, none counts."""
    tied = {row["payment_id"] for row in parts["payments"] if row["certificate"] == "tied"}
    found = {}
    for row in parts["allocations"]:
        if row["payment_id"] not in tied:
            found[row["item_id"]] = found.get(row["item_id"], Fraction(0)) + Fraction(row["amount"])
    return found
