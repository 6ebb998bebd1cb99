//! Reasons: why the answer is what it is. Always `(code, observed, limit)`, the same in every face.

mod all;
mod info;
mod numbers;

pub use numbers::{Reason, Unit};

/// The closed list of reasons. Numbers go by room in hundreds (1 matching, 2 scoring, 3 collections, 4 escalation);
/// gaps are never refilled, numbers never reused.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReasonCode {
    /// References in the payment that name open items, of the references found.
    ReferenceListed = 101,
    /// The explanation sums to the payment exactly.
    AmountExact = 102,
    /// The listed items sum to something else than the payment.
    AmountDiffers = 103,
    /// The payer was found, by so many independent kinds of evidence.
    PayerKnown = 104,
    /// No customer could be found for the payer.
    PayerUnknown = 105,
    /// So many explanations fit equally well; one is needed.
    SeveralExplanations = 106,
    /// Nothing but the amount points to the item.
    AmountOnly = 107,
    /// No explanation fits.
    NothingFits = 108,
    /// The listed items are in another currency than the payment.
    CurrencyDiffers = 109,
    /// Lines of remittance advice that belong to the payment.
    RemittanceListed = 110,
    /// The payment failed at the bank; nothing is applied.
    PaymentFailed = 111,
    /// The listed items belong to several customers.
    SeveralCustomers = 112,
    /// The search budget was reached; there may be more explanations.
    BudgetReached = 113,
    /// Probability that the explanation is right, and the least from which it is posted.
    Confidence = 114,
    /// How many times likelier than all others together, and where a tie begins.
    RivalOdds = 115,
    /// The list goes on: items of the explanation, items named.
    ListContinues = 116,
    /// All items that are open.
    AllOpen = 117,
    /// Items that follow one another by due date.
    InOrder = 118,
    /// Early-payment discount taken while it was granted.
    DiscountTaken = 119,
    /// Early-payment discount taken too late: it stays open.
    DiscountTooLate = 120,
    /// A bank kept a fee.
    BankFeeKept = 121,
    /// The customer kept something back.
    ShortPaid = 122,
    /// A part of what the item owes: paid, owed.
    PartPaid = 123,
    /// More than the items owe: paid, owed.
    OverPaid = 124,
    /// Credit notes that were taken off.
    CreditNetted = 125,
    /// Share of late items in the whole book (the limit is the shipped prior).
    BookRate = 201,
    /// Share of late items after the customer's segment is taken into account (the limit is the share before).
    SegmentRate = 202,
    /// Share of late items after the customer's own settled items are taken into account.
    CustomerRate = 203,
    /// Probability of being late after the days already waited are taken into account.
    AgeSoFar = 204,
    /// Settled items of the customer known, and how many make a history.
    HistoryLength = 205,
    /// Probability of being late after the amount, the calendar, the trend and what else is open are taken into account.
    CircumstanceRate = 206,
    /// Probability of being late that a model of the host's own gives.
    GivenRate = 207,
    /// Probability of being late after promises, disputes, notices and news are taken into account.
    ClaimRate = 208,
    /// Points for the money at stake.
    PointsAmount = 221,
    /// Points for days beyond what is normal for this customer.
    PointsBeyondHabit = 222,
    /// Points because the customer pays later and later.
    PointsDeteriorating = 223,
    /// Points for open disputes that wait for an answer.
    PointsDispute = 224,
    /// Points because the customer wrote and waits for an answer.
    PointsReplyWaiting = 225,
    /// Points because the customer is late for the first time.
    PointsFirstTimeLate = 226,
    /// Points for the probability of default.
    PointsDefault = 227,
    /// Points for broken promises.
    PointsBrokenPromise = 228,
    /// Points for outside signals of distress.
    PointsSignal = 229,
    /// The loss that is expected, and what is open.
    ExpectedLoss = 230,
    /// The share that is assumed lost where a customer defaults.
    LossGivenDefault = 231,
    /// Share that was lost of a bucket in the book's own past (the limit is the shipped rate).
    LossRate = 232,
    /// Decided items behind the book's own rate (the limit is what the shipped rate counts as).
    LossHistory = 233,
    /// What the customer is billed in a month.
    MonthlyBilling = 234,
    /// Days from the invoice to the money, and the days granted.
    DaysToPay = 235,
    /// What the class of payer leaves of a credit limit.
    ClassFactor = 236,
    /// What the expected loss leaves of a credit limit (the limit is the share of the open amount that is expected to be lost).
    RiskFactor = 237,
    /// The credit limit by formula, and the most that is given.
    LimitCapped = 238,
    /// What is open, and the credit limit.
    LimitUsed = 239,
    /// Days past due, and the days allowed.
    PastDue = 301,
    /// The item is not due yet (days past due, days allowed).
    NotDue = 302,
    /// An open dispute holds the item: disputed amount, open amount.
    DisputeOpen = 303,
    /// A live promise holds the item until the day promised and the tolerance after it.
    PromiseLive = 304,
    /// An active payment plan holds the item.
    PlanActive = 305,
    /// A block holds the item or account until a day.
    Blocked = 306,
    /// Cash for the item has landed and waits to be posted: amount, open amount.
    CashLanded = 307,
    /// Unallocated credits cover what is due: credits, amount due.
    CreditsCover = 308,
    /// The last notice is too recent: days since, days required.
    NoticeTooRecent = 309,
    /// The next level of the ladder was reached: level, level before.
    LevelReached = 310,
    /// Less is due than the ladder's minimum.
    BelowMinimum = 311,
    /// The ladder has no further level: a person decides what comes next.
    LadderExhausted = 312,
    /// Late, but inside what this customer always does: days late, days usual.
    WithinHabit = 313,
    /// Later than this customer ever is: days late, days usual.
    OutsideHabit = 314,
    /// The customer wrote and has had no answer: days waiting, days allowed.
    ReplyWaiting = 315,
    /// The customer must not be contacted by the engine.
    DoNotContact = 316,
    /// A signal of insolvency, death or fraud: severity, limit.
    StopSignal = 317,
    /// Promises broken, and how many are tolerated.
    PromiseBroken = 318,
    /// A promise is due today.
    PromiseDue = 319,
    /// Payments come later and later: days later than before, limit.
    Deteriorating = 320,
    /// Late for the first time: late items before, settled items known.
    FirstTimeLate = 321,
    /// The undisputed rest is still pursued: undisputed amount, whole amount.
    UndisputedRest = 322,
    /// Contacts in the rolling window, and the cap.
    ContactCap = 323,
    /// The item has reached its highest number of contacts.
    MaxContacts = 324,
    /// The item is not issued yet on the day of the run.
    NotIssued = 325,
    /// The customer of the item cannot be reached by any channel that is allowed.
    NoChannel = 326,
    /// A dispute waits to be routed: days open, days allowed.
    DisputeWaiting = 327,
    /// The item is included in the notice of the customer.
    OnNotice = 328,
    /// A person deals with this customer today; no notice goes out beside it.
    PersonActs = 329,
    /// A credit: nothing to collect.
    IsCredit = 330,
    /// A strategic customer: its owner is in.
    Strategic = 331,
    /// The day of the run is not a contact day; the next is.
    ClosedDay = 332,
    /// A payment of the customer waits to be placed: amount, and what is due.
    CashUnplaced = 333,
    /// Likely to be late: days until it is due, days before the due date on which it is reminded of.
    RemindBefore = 334,
    /// A conversation is too recent: days since, days of quiet.
    QuietPeriod = 335,
    /// A dispute was just decided against the customer: days since, days of grace.
    DisputeGrace = 336,
    /// Calls in the rolling window, and the cap.
    CallCap = 337,
    /// Too many notices in a row by the customer's first channel went without an answer: another is tried.
    ChannelSilent = 338,
    /// The item was handed over to an agency or a lawyer.
    HandedOver = 340,
    /// A notice of a level that costs a fee was sent: the level.
    FeeOfLevel = 350,
    /// The fee is more than is left of a cap: the fee, what is left.
    FeeCapped = 351,
    /// Interest runs: days until the notice or the payment, from the day after the item was due.
    InterestRuns = 352,
    /// Interest to date, and what of it was charged before.
    InterestToDate = 353,
    /// The item was paid late: days.
    PaidLate = 354,
    /// A sum that is granted for the late payment of an item: the sum, the item.
    Compensation = 355,
    /// A fee cannot be turned into the currency of the item.
    NoRate = 356,
    /// A dispute is open for longer than it should be: days, days allowed.
    DisputeOverdue = 360,
    /// Decided cases of the same reason, and how many make a history.
    CasesLikeThis = 361,
    /// Of these the customer's own.
    CasesOfCustomer = 362,
    /// The share of a disputed amount that past cases let expect to be valid, and the share from (or up to) which a verdict
    /// is suggested.
    CasesValid = 363,
    /// Past cases suggest a credit: what of the dispute is open, what is disputed.
    CreditSuggested = 364,
    /// Past cases suggest a rejection: what of the dispute is open, what is disputed.
    RejectionSuggested = 365,
    /// A credit that the policy lets go without a person: what is disputed, and the most of such a credit.
    SmallCredit = 366,
    /// Working on a dispute costs more than it is about: the cost, the amount.
    HandlingCost = 367,
    /// A credit is owed of what was found valid: the credit, what is open of the item.
    CreditOwed = 368,
    /// What the customer, or its group, owes after credits and cash, and the credit limit times the share from which it is held.
    ExposureOverLimit = 370,
    /// The exposure fell to what releases a hold: exposure, credit limit times the share that releases.
    ExposureWithinLimit = 371,
    /// The credit limit is that of a customer above, for all customers below it: so many of them owe something.
    GroupLimit = 372,
    /// Currencies of the exposure that no rate turns into that of the credit limit: they are not counted.
    ExposureNoRate = 373,
    /// Days that the oldest item of some amount is past due, and the days from which on credit is held.
    HoldLate = 374,
    /// Days that the oldest item of some amount is past due, and the days up to which a hold is released.
    HoldLateEnded = 375,
    /// Signs that the customer cannot pay: the highest severity of the outside signals.
    HoldDistressed = 376,
    /// Days to pay in force, and the fewer days proposed.
    TermsTighter = 377,
    /// Days to pay in force, and the more days proposed.
    TermsLooser = 378,
    /// Settled items of a customer who pays promptly, and the items needed.
    GoodRecord = 379,
    /// A payment failed and may be tried again: which attempt, and the most.
    RetryDue = 380,
    /// A payment failed in a way that no further attempt changes.
    HardDecline = 381,
    /// Attempts that were made of a payment that failed, and the most.
    RetriesUsed = 382,
    /// Instalments of the plan that is offered, and the most.
    PlanOffered = 383,
    /// Days by which the due date is moved, and the days past due.
    ExtensionOffered = 384,
    /// Promises that are live, this one included, and the most.
    PromiseTooMany = 385,
    /// Days from the day of a promise to the day promised, and the most.
    PromiseTooLate = 386,
    /// The amount promised, and the most that is taken without a person.
    PromiseTooLarge = 387,
    /// The amount promised, and the least that is taken without a person.
    PromiseTooSmall = 388,
    /// How often something was promised without being kept, and the most.
    PromiseLevel = 389,
    /// The notice is the last that an item may be on: contacts with it, and the most.
    LastContact = 390,
    /// Nothing is dunned in this currency: the policy names others.
    CurrencyNotDunned = 391,
    /// The item is listed on the notice of others, and does not rise: level of the notice, its own.
    ListedAlongside = 392,
    /// The autonomy level in force, and the level that acting needs.
    AutonomyLevel = 401,
    /// The amount, and the limit up to which the engine acts.
    AmountLimit = 402,
    /// The dunning level, and the highest at which the engine acts.
    LevelLimit = 403,
    /// The confidence, and the least that is needed.
    ConfidenceLimit = 404,
    /// A strategic customer: its owner decides.
    StrategicCustomer = 405,
    /// The first contact ever with this customer is approved by a person.
    FirstContact = 406,
    /// This action is always for a person.
    AlwaysAsk = 407,
    /// A person approved exactly this decision.
    Approved = 408,
    /// A person rejected exactly this decision.
    Rejected = 409,
    /// Inside every limit: acted.
    InsideLimits = 410,
    /// The kill switch is on: nothing is done without a person.
    KillSwitch = 411,
    /// The budget of automatic amounts for the run is used up.
    BudgetLimit = 412,
    /// Exactly this decision was reported done today.
    AlreadyDone = 413,
    /// The explanation is a proposal: it fits, and others may.
    NotCertain = 414,
    /// The policy has a person decide about this action.
    ModeAsks = 415,
    /// The policy has this action off.
    SwitchedOff = 416,
    /// The step of the tone (0 friendly, 4 final), and the firmest that needs no person.
    ToneLimit = 417,
    /// Instalments of a plan, and how many need no person.
    PlanParts = 418,
    /// Days to the last instalment, and how many need no person.
    PlanDays = 419,
    /// Amount of a plan, and the one that needs no person.
    PlanAmount = 420,
    /// Days of an extension, and how many need no person.
    ExtensionDays = 421,
    /// Discounts of a posting, and the sum that needs no person.
    DiscountLimit = 422,
    /// Amount written off, and the one that needs no person.
    WriteOffLimit = 423,
    /// A person decides about credit holds.
    CreditHoldAsks = 424,
    /// A person decides about handing over.
    HandOverAsks = 425,
    /// Earlier decisions of the same action and at least this amount, and how many are wanted.
    Precedents = 426,
    /// Days since a person dealt with the customer, and the days in which a person decides.
    HumanTouch = 427,
    /// Days without a person having dealt with the customer, and how many are allowed.
    Unattended = 428,
    /// The engine does not write in this language without a person.
    LanguageAsks = 429,
    /// The engine does not deal with customers of this country without a person.
    CountryAsks = 430,
    /// Decisions of a period with this one, and the budget.
    BudgetCount = 431,
    /// Amount of a period with this one, and the budget.
    BudgetAmount = 432,
    /// Days since it was put to a person, and the days after which the engine acts unless somebody says no.
    VetoWindow = 433,
    /// Days since it was put to a person, who did not say no.
    VetoPassed = 434,
    /// People who approved, and how many must.
    SecondApproval = 435,
    /// A person changed it.
    Edited = 436,
    /// What a person changed no longer fits.
    EditVoid = 437,
    /// A person stopped this.
    Stopped = 438,
    /// Errors since the level was changed, and the level in force.
    Narrowed = 439,
    /// Days without an answer, and how many the role had.
    Unanswered = 440,
    /// Trials without a change of the level, and errors among them.
    Earned = 441,
    /// What the share of errors is under, whenever one looks, and the limit.
    ErrorBound = 442,
    /// The customer says that it will pay: probability, and the least from which it is acted on.
    SaidPromise = 501,
    /// The customer says that something is wrong: probability, and the least from which it is acted on.
    SaidDispute = 502,
    /// The customer asks for a document: probability, and the least from which it is acted on.
    SaidCopy = 503,
    /// The customer wants to pay in parts: probability, and the least from which it is acted on.
    SaidPlan = 504,
    /// The customer asks for more time: probability, and the least from which it is acted on.
    SaidMoreTime = 505,
    /// The customer says that it has paid: probability, and the least from which it is acted on.
    SaidPaid = 506,
    /// The message went to the wrong place: probability, and the least from which it is acted on.
    SaidWrongContact = 507,
    /// Nobody reads messages for now: probability, and the least from which it is acted on.
    SaidAway = 508,
    /// The customer speaks of lawyers, courts or regulators: probability, and the least from which it is acted on.
    SaidLegal = 509,
    /// The customer is insolvent, or will be: probability, and the least from which it is acted on.
    SaidInsolvent = 510,
    /// The customer says that it will not pay: probability, and the least from which it is acted on.
    SaidRefusal = 511,
    /// The customer asks something: probability, and the least from which it is acted on.
    SaidQuestion = 512,
    /// The customer wants nothing: probability, and the least from which it is acted on.
    SaidThanks = 513,
    /// The message is about something else: probability, and the least from which it is acted on.
    SaidOther = 514,
    /// A person must see a message: lawyers, courts or regulators.
    SeesLegal = 520,
    /// A person must see a message: insolvency.
    SeesInsolvency = 521,
    /// A person must see a message: a refusal to pay.
    SeesRefusal = 522,
    /// A person must see a message: abuse.
    SeesHostile = 523,
    /// A person must see a message: a message that is not clear.
    SeesAmbiguous = 524,
    /// A person must see a message: orders to a machine.
    SeesInjection = 525,
    /// A person must see a message: changed bank details or fraud.
    SeesFraud = 526,
    /// A person must see a message: hardship.
    SeesHardship = 527,
    /// A person must see a message: somebody who needs protection.
    SeesVulnerable = 528,
    /// A person must see a message: rights about personal data.
    SeesPrivacy = 529,
    /// A person must see a message: a death.
    SeesDeceased = 530,
    /// A person must see a message: characters that are not seen, or not what they look like.
    SeesHidden = 531,
    /// A person must see a message: a message longer than what is read.
    SeesOversized = 532,
    /// A person must see a message: a reading that the text does not bear out.
    SeesUnsupported = 533,
    /// The customer wrote that it has paid: days since, days of patience.
    PaidSaid = 540,
    /// A copy that was asked for was sent: days since, days of patience.
    CopySent = 541,
    /// The contact is away: the day of the message, the day of return.
    ContactAway = 542,
}

impl ReasonCode {
    /// The name that every face uses.
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// What the two numbers count.
    pub const fn unit(self) -> Unit {
        self.info().unit
    }

    /// The sentence for a person, with `{observed}` and `{limit}` as places. What stands in brackets is left out where
    /// the limit is nothing or 0: "37 days past due, 30 days allowed", but "37 days past due".
    pub const fn sentence(self) -> &'static str {
        self.info().sentence
    }

    /// The hundred of the room that gives this reason.
    pub const fn room(self) -> u16 {
        self as u16 / 100
    }
}
