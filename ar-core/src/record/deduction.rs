//! Deductions: the part of an item that a customer kept back, as an item of its own, and why. The reasons are families
//! of the codes of ANSI X12 data element 426, by which payers in trade name them.

use super::{ItemIdx, PaymentIdx};
use crate::text::{TextId, words};

words! {
    /// Why a customer kept something back. What the customer wrote is kept beside it.
    DeductionReason {
        /// Another price was agreed.
        Pricing = "pricing",
        /// Fewer goods came than were billed.
        QuantityShortage = "quantity_shortage",
        /// Nothing came.
        NotReceived = "not_received",
        /// The goods came damaged.
        Damaged = "damaged",
        /// The goods are not as good as agreed.
        Quality = "quality",
        /// Other goods came than were ordered.
        WrongProduct = "wrong_product",
        /// Not ordered, or cancelled.
        NotOrdered = "not_ordered",
        /// The goods went back.
        ReturnedGoods = "returned_goods",
        /// A promotion, advertising or other trade allowance was taken.
        Promotion = "promotion",
        /// A discount on volume or a rebate was taken.
        VolumeDiscount = "volume_discount",
        /// An early-payment discount was taken that was not earned, or not granted.
        DiscountNotEarned = "discount_not_earned",
        /// Other terms of sale were agreed.
        Terms = "terms",
        /// Freight, delivery or carrier.
        Freight = "freight",
        /// Tax.
        Tax = "tax",
        /// Billed twice.
        Duplicate = "duplicate",
        /// A fine for how it was delivered: late, wrongly packed, labelled, routed or announced.
        ComplianceFine = "compliance_fine",
        /// A document or a number on one is missing or wrong.
        MissingDocuments = "missing_documents",
        /// A fee or charge of ours is not accepted.
        ChargeRefused = "charge_refused",
        /// A service was not or not fully done.
        Service = "service",
        /// A credit or an earlier overpayment was taken off.
        CreditNotApplied = "credit_not_applied",
        /// Billed to the wrong company.
        WrongEntity = "wrong_entity",
        /// None of these.
        Other = "other",
        /// The customer did not say.
        Unknown = "unknown",
    }
}

/// Codes of element 426 that have a family here, by family. What is not listed is `other`.
const X12: &[(DeductionReason, &[&str])] = &[
    (DeductionReason::Pricing, &["01", "03", "78", "D9", "E4", "E5", "P1"]),
    (DeductionReason::QuantityShortage, &["06"]),
    (DeductionReason::NotReceived, &["42", "59", "75", "A4"]),
    (DeductionReason::Damaged, &["04"]),
    (DeductionReason::Quality, &["05", "82", "F1"]),
    (DeductionReason::WrongProduct, &["07", "08", "A2", "D4"]),
    (DeductionReason::NotOrdered, &["26", "61", "92", "CU", "E9"]),
    (DeductionReason::ReturnedGoods, &["11", "12", "13", "14", "15", "72", "AQ", "AS", "BF", "RG", "RM"]),
    (DeductionReason::Promotion, &["56", "71", "77", "79", "85", "89", "A3", "A8", "AV", "C2", "C5", "GB", "GC", "GE", "GH", "M1", "MA", "RT", "RX", "RZ", "SP", "SR"]),
    (DeductionReason::VolumeDiscount, &["28", "57", "B2", "D5", "SS"]),
    (DeductionReason::DiscountNotEarned, &["24", "43", "76", "90", "FA", "L2"]),
    (DeductionReason::Terms, &["09"]),
    (DeductionReason::Freight, &["21", "30", "31", "46", "54", "83", "D2", "MB", "RB", "SF", "SG", "SN", "SO"]),
    (DeductionReason::Tax, &["55", "BA", "BB", "BC", "E3", "E7", "E8"]),
    (DeductionReason::Duplicate, &["19", "86", "87", "J5", "J6", "J7"]),
    (DeductionReason::ComplianceFine, &["41", "70", "84", "99", "A6", "B8", "C8", "L3", "MM", "MN", "MO", "MP", "RH", "RI", "RJ", "RP", "RR", "RS", "RV", "RY", "SH", "SM", "SW"]),
    (DeductionReason::MissingDocuments, &["17", "39", "44", "73", "A9", "B1", "MD", "ME", "MF", "MG", "MH", "SA", "SE"]),
    (DeductionReason::ChargeRefused, &["02", "10", "23", "29", "47", "48", "49", "50", "51", "97"]),
    (DeductionReason::Service, &["38", "SC"]),
    (DeductionReason::CreditNotApplied, &["52", "80", "81", "CM", "J3", "WO", "WW"]),
    (DeductionReason::WrongEntity, &["18"]),
    (DeductionReason::Unknown, &["GL"]),
];

/// Words in which disputes are reported, beside those of the list, by family.
const CLAIMS: &[(DeductionReason, &[&str])] = &[
    (DeductionReason::Pricing, &["price", "wrong_price"]),
    (DeductionReason::QuantityShortage, &["quantity", "shortage", "short"]),
    (DeductionReason::NotReceived, &["non_delivery", "missing"]),
    (DeductionReason::Damaged, &["damage"]),
    (DeductionReason::NotOrdered, &["cancelled"]),
    (DeductionReason::ReturnedGoods, &["returned", "return"]),
    (DeductionReason::DiscountNotEarned, &["discount"]),
    (DeductionReason::MissingDocuments, &["missing_po", "documents"]),
    (DeductionReason::ComplianceFine, &["compliance"]),
    (DeductionReason::Service, &["incomplete_service"]),
];

impl DeductionReason {
    /// The family of a reason as a dispute has it, in any case: a word of this list or of `CLAIMS`, or a code of X12
    /// element 426. `unknown` where nothing is said, `other` for what has no family.
    pub fn of_claim(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Unknown;
        }
        let lower = text.to_ascii_lowercase();
        let word = || CLAIMS.iter().find(|(_, words)| words.contains(&lower.as_str())).map(|(reason, _)| *reason);
        Self::from_name(&lower).or_else(word).or_else(|| Self::read(text)).unwrap_or(Self::Other)
    }

    /// The family of a code of X12 element 426; `other` for a code without one. `None` for what has not the form of
    /// such a code: two letters or digits.
    pub fn from_x12(code: &str) -> Option<Self> {
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let family = || X12.iter().find(|(_, codes)| codes.iter().any(|known| known.eq_ignore_ascii_case(code))).map(|(reason, _)| *reason);
        is_code.then(|| family().unwrap_or(Self::Other))
    }

    /// A word of this list, or a code of X12 element 426. `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::from_name(text).or_else(|| match text.as_bytes() {
            // Spreadsheets take the zero from "06".
            [digit @ b'1'..=b'9'] => Self::from_x12(core::str::from_utf8(&[b'0', *digit]).unwrap_or("")),
            _ => Self::from_x12(text),
        })
    }
}

/// What is known of an item of the kind `deduction` beside the item itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Deduction {
    /// The deduction.
    pub item: ItemIdx,
    /// The item of which it was kept back, as far as the books know.
    pub source: Option<ItemIdx>,
    /// The payment that was short.
    pub payment: Option<PaymentIdx>,
    /// The decision of the posting that it belongs to: it is undone with it.
    pub posting: TextId,
    /// Why.
    pub reason: DeductionReason,
    /// What the customer wrote as reason: a code of X12, or one of its own.
    pub code: TextId,
}
