//! What comes out of a check: the verdict, what is wrong and where, and which fact each claim rests on.

use crate::conversation::token::Span;
use crate::text::words;
use alloc::{string::String, vec::Vec};

words! {
    /// What is wrong with a text. Of two findings at one place the one that stands first here is told first.
    FindingCode {
        /// Characters that are not seen, or that only look like ASCII digits and signs.
        HiddenUnicode = "HIDDEN_UNICODE",
        /// Letters of another script than the language's, that no name in the facts has.
        MixedScript = "MIXED_SCRIPT",
        /// A character that has no place in a notice (emoji, signs, accents apart from their letter).
        BadCharacter = "BAD_CHARACTER",
        /// Tags and entities of HTML, links of Markdown.
        Markup = "MARKUP",
        /// More text than is read.
        TooLong = "TOO_LONG",
        /// The text, or a sentence of it, is in another language than the facts.
        WrongLanguage = "WRONG_LANGUAGE",
        /// A place that was to be filled in.
        Placeholder = "PLACEHOLDER",
        /// Payment is asked for what is disputed, or it is in the total.
        DemandsDisputed = "DEMANDS_DISPUTED",
        /// Payment is asked for what was promised, or it is in the total.
        DemandsPromised = "DEMANDS_PROMISED",
        /// Payment is asked for what is paid, or it is in the total.
        DemandsPaid = "DEMANDS_PAID",
        /// Payment is asked for what is paid in parts as agreed, or it is in the total.
        DemandsPlan = "DEMANDS_PLAN",
        /// An account, link or other detail of payment that is not in the facts.
        BadPaymentDetail = "BAD_PAYMENT_DETAIL",
        /// A link that is not in the facts.
        ForeignLink = "FOREIGN_LINK",
        /// A mail address or a phone number that is not in the facts.
        BadContact = "BAD_CONTACT",
        /// An invoice number that is not in the facts.
        BadReference = "BAD_REFERENCE",
        /// A name that is not in the facts.
        BadName = "BAD_NAME",
        /// The right number in another currency, or a currency that is not that of the facts.
        BadCurrency = "BAD_CURRENCY",
        /// A true value that belongs to another invoice.
        Binding = "BINDING",
        /// An amount that was rounded, cut, or is only said to be about right.
        Rounded = "ROUNDED",
        /// A total that is not the sum.
        BadSum = "BAD_SUM",
        /// A fee that is not in the facts.
        BadFee = "BAD_FEE",
        /// A rate or an amount of interest that is not in the facts.
        BadInterest = "BAD_INTEREST",
        /// An amount that is not in the facts, or not written as the language writes amounts.
        BadAmount = "BAD_AMOUNT",
        /// A weekday that does not fit its date.
        WeekdayMismatch = "WEEKDAY_MISMATCH",
        /// A date that is not in the facts, or not in this place, or not written as the language writes dates.
        BadDate = "BAD_DATE",
        /// Days late, or to a date, that are not so many.
        BadDays = "BAD_DAYS",
        /// A count that is not so.
        BadCount = "BAD_COUNT",
        /// A comparison ("more than a month") that is not so, or cannot be checked.
        Comparative = "COMPARATIVE",
        /// A consequence that is not allowed at this stage.
        StageExceeded = "STAGE_EXCEEDED",
        /// Law that nothing in the policy speaks of.
        LegalClaim = "LEGAL_CLAIM",
        /// Urgency that no fact supports.
        FalseUrgency = "FALSE_URGENCY",
        /// Something is said to have happened that is not in the facts.
        InventedEvent = "INVENTED_EVENT",
        /// An offer or a discount that is not in the facts.
        InventedOffer = "INVENTED_OFFER",
        /// A fault of ours is admitted.
        Admission = "ADMISSION",
        /// A number, a month, a weekday or a sign that is part of nothing that could be checked.
        Unparsed = "UNPARSED",
        /// The creditor is not named.
        MissingCreditor = "MISSING_CREDITOR",
        /// An invoice that is asked for is not named.
        MissingReference = "MISSING_REFERENCE",
        /// The open amount of an invoice is not named.
        MissingAmount = "MISSING_AMOUNT",
        /// The due date of an invoice is not named.
        MissingDueDate = "MISSING_DUE_DATE",
        /// It is not said how to pay.
        MissingPayDetails = "MISSING_PAY_DETAILS",
        /// The day by which payment is asked for is not named.
        MissingDeadline = "MISSING_DEADLINE",
        /// It is not said where to dispute or ask.
        MissingContact = "MISSING_CONTACT",
    }
}

words! {
    /// What a text states.
    ClaimKind {
        /// An amount.
        Amount = "amount",
        /// A day.
        Date = "date",
        /// A number of days, weeks or months.
        Days = "days",
        /// How many invoices.
        Count = "count",
        /// The number of an invoice.
        Reference = "reference",
        /// A name.
        Name = "name",
        /// A link.
        Link = "link",
        /// A mail address.
        Mail = "mail",
        /// A phone number.
        Phone = "phone",
        /// An account or another detail of payment.
        Account = "account",
        /// A share.
        Percent = "percent",
        /// The how-manieth reminder.
        Stage = "stage",
        /// The number of a line in a list.
        Line = "line",
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// Where; empty, at the end, for what is missing.
    pub span: Span,
    /// One sentence for a person.
    pub message: String,
}

/// One thing that the text states, and the fact it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where.
    pub span: Span,
    /// What it is.
    pub kind: ClaimKind,
    /// As it was understood: `1234.56`, `2026-02-17`, `31`.
    pub value: String,
    /// The path of the fact (`invoices[0].open`, `total_open`); nothing where there is none, and then there is a finding.
    pub fact: Option<String>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the text may go out: nothing was found.
    pub accepted: bool,
    /// What is wrong, in the order of the text; what is missing at the end.
    pub findings: Vec<Finding>,
    /// What the text states, in its order.
    pub claims: Vec<Claim>,
}
