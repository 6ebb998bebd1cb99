"""Measures of autonomy by the words of their formulas, from the events as they were told, and the decisions of the day."""

from datetime import date, timedelta
from fractions import Fraction
from statistics import median

ACTIONS = {"items_allocated": "post_allocation", "call_made": "call", "owner_notified": "notify_owner", "hold_placed": "place_hold"}
ANSWERS = {"decision_approved": "approved", "decision_rejected": "rejected", "decision_edited": "edited"}
OTHER_MINUTES = 5


def percent(part, whole):
    """A share, or nothing where there is nothing to divide by."""
    return None if whole == 0 else Fraction(part) * 100 / Fraction(whole)


class Told:
    """What the events say until the day."""

    def __init__(self, data):
        self.day = date.fromisoformat(data["as_of"])
        self.begin = self.day - timedelta(days=data["policy"]["reporting"]["kpi_days"])
        self.minutes = data["policy"]["worklist"]["minutes"]
        self.asked, self.answers, self.done, self.undone, self.lines = {}, {}, {}, {}, []
        for event in data["events"]:
            on = date.fromisoformat(event["on"])
            if on <= self.day:
                self.tell(event["event"], on, event.get("decision_id"), event)

    def tell(self, name, on, key, event):
        """One event."""
        if name == "decision_asked":
            self.asked.setdefault(key, on)
        elif name in ANSWERS:
            before = self.answers.get(key, {})
            changed = before.get("changed", False) or name == "decision_edited"
            self.answers[key] = {"on": on, "word": ANSWERS[name], "changed": changed, "action": event.get("action") or before.get("action")}
        elif name == "allocation_reversed":
            self.undone[event["posting"]] = on
            self.lines = [line for line in self.lines if line["decision"] != event["posting"]]
        elif name in ACTIONS:
            amount = sum((Fraction(line["amount"]) for line in event.get("allocations", [])), Fraction(0))
            if name == "items_allocated":
                for line in event["allocations"]:
                    self.lines.append({"on": on, "payment": event["payment_id"], "item": line["item_id"], "amount": Fraction(line["amount"]), "decision": key})
            if key is not None:
                person = bool(event.get("by")) or self.answers.get(key, {}).get("word") == "approved"
                self.done[key] = {"on": on, "person": person, "action": ACTIONS[name], "amount": amount}

    def within(self, on):
        """Whether a day is in the period."""
        return self.begin < on <= self.day

    def alone(self, key):
        """Whether nobody did it, approved it, changed it or said no."""
        return key is not None and key not in self.answers and not self.done[key]["person"]


def by_action(table, name, rows):
    """A share of all, and of each action: rows are (action, counts)."""
    table[(name, None)] = percent(sum(part for _, part in rows), len(rows))
    for action in {action for action, _ in rows if action}:
        mine = [part for own, part in rows if own == action]
        table[(name, f"action {action}: {sum(mine)} of {len(mine)}")] = percent(sum(mine), len(mine))


def autonomy(data):
    """(name, note where there are several of the name) -> value."""
    told, table = Told(data), {}
    deeds = {key: row for key, row in told.done.items() if told.within(row["on"])}
    touchless = {key for key in deeds if told.alone(key) and key not in told.undone}
    by_action(table, "touchless_action_rate", [(row["action"], key in touchless) for key, row in deeds.items()])
    table[("hours_reclaimed", None)] = Fraction(sum(told.minutes.get(deeds[key]["action"], OTHER_MINUTES) for key in touchless), 60)
    cash(told, data, table)
    answered = {key: row for key, row in told.answers.items() if told.within(row["on"])}
    put = {key for key, on in told.asked.items() if told.within(on)}
    table[("unescalated_rate", None)] = percent(len(touchless - set(told.asked)), len(set(deeds) | set(answered) | put))
    took = [(row["on"] - told.asked[key]).days for key, row in answered.items() if key in told.asked and told.asked[key] <= row["on"]]
    table[("time_to_decide_mean", None)] = Fraction(sum(took), len(took)) if took else None
    table[("time_to_decide_median", None)] = Fraction(median(took)) if took else None
    rows = [(row["action"] or told.done.get(key, {}).get("action"), row["word"] != "approved" or row["changed"]) for key, row in answered.items()]
    by_action(table, "override_rate", rows)
    posts = [key for key, row in deeds.items() if row["action"] == "post_allocation" and told.alone(key)]
    wrong = [key for key in posts if key in told.undone]
    table[("false_post_rate", None)] = percent(len(wrong), len(posts))
    if posts:
        table[("false_post_rate_by_amount", None)] = percent(sum(deeds[key]["amount"] for key in wrong), sum(deeds[key]["amount"] for key in posts))
    today(told, data["parts"]["decisions"], answered, put, table)
    return table


def cash(told, data, table):
    """Payments, money and items."""
    paid, settled = {}, {}
    for line in told.lines:
        alone = line["decision"] is not None and told.alone(line["decision"])
        settled.setdefault(line["item"], []).append((line, alone))
        if told.within(line["on"]):
            paid.setdefault(line["payment"], []).append((line["amount"], alone))
    if paid:
        table[("touchless_payment_rate", None)] = percent(sum(all(alone for _, alone in lines) for lines in paid.values()), len(paid))
        money = [line for lines in paid.values() for line in lines]
        table[("touchless_cash_rate", None)] = percent(sum(amount for amount, alone in money if alone), sum(amount for amount, _ in money))
    amounts = {row["item_id"]: Fraction(row["amount"]) for row in data["tables"]["items"]}
    full = [lines for item, lines in settled.items() if sum(line["amount"] for line, _ in lines) == amounts[item] and told.within(max(line["on"] for line, _ in lines))]
    table[("touchless_rate", None)] = percent(sum(all(alone for _, alone in lines) for lines in full), len(full))


def today(told, decisions, answered, put, table):
    """What the day asks of people, and what of earlier days came to nothing."""
    rows = [row for row in decisions if row["action"] != "wait"]
    alone = [row for row in rows if row["mode"] == "act" and row["decision_id"] not in told.asked and row["decision_id"] not in told.answers]
    table[("unescalated_today", None)] = percent(len(alone), len(rows))
    asks = [row for row in decisions if row["mode"] == "ask"]
    for role in {None} | {row["ask_role"] for row in asks}:
        mine = [row for row in asks if role is None or row["ask_role"] == role]
        note = None if role is None else f"role {role}"
        table[("questions_waiting", note)] = Fraction(len(mine))
        table[("question_minutes", note)] = Fraction(sum(told.minutes.get(row["action"], OTHER_MINUTES) for row in mine))
    ages = [(told.day - told.asked[row["decision_id"]]).days for row in asks if row["decision_id"] in told.asked]
    table[("open_question_days_mean", None)] = Fraction(sum(ages), len(ages)) if ages else None
    table[("open_question_days_oldest", None)] = Fraction(max(ages)) if ages else None
    gone = {row["decision_id"] for row in decisions} | set(told.done)
    table[("expired_questions", None)] = Fraction(len([key for key in put if key not in told.answers and key not in gone]))
    table[("void_approvals", None)] = Fraction(len([key for key, row in answered.items() if row["word"] == "approved" and key not in gone]))
