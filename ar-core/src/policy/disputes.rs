//! The section `disputes`: who decides a dispute, on which documents, by when, and what past cases may suggest.

use super::charges::{ReadRow, rows};
use super::read::{leftovers, object, wrong};
use super::setting::{self, Flag, Setting, Share, Whole, section};
use crate::error::{ProblemCode, Problems};
use crate::record::{DeductionReason, Document};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use serde_json::{Map, Value, json};

section! {
    /// Disputes: their clock, what past cases suggest, and what is reported of them.
    DisputeNumbers {
        /// Whether a deduction that nobody disputes is made a dispute, so that somebody decides it, instead of being dunned.
        open_deductions: Flag = false, 0, 1, "flag";
        /// Days in which a dispute is to be decided; behind them the decision says so, and one that somebody works on comes
        /// back after as many days again; 0 = no clock.
        decide_days: Whole = 30, 0, 365, "days";
        /// Days for which a decided case counts as a past one; that of the whole book holds for all segments.
        case_days: Whole = 730, 30, 3_650, "days";
        /// Most past cases that are shown beside a dispute.
        similar_cases: Whole = 3, 0, 10, "cases";
        /// Past cases of the same reason below which nothing is suggested.
        min_cases: Whole = 5, 1, 1_000_000, "cases";
        /// Cases that the next wider circle (book, reason, customer) counts as, where a narrower one is judged.
        prior_cases: Whole = 4, 1, 100, "cases";
        /// Share of the amount that is expected to be found valid from which a credit is suggested.
        credit_from: Share = 800_000, 0, 1_000_000, "share";
        /// Share of the amount that is expected to be found valid up to which a rejection is suggested.
        reject_to: Share = 200_000, 0, 1_000_000, "share";
        /// Amount of a dispute up to which a suggested credit needs no person, where the autonomy level of `resolve_dispute`
        /// permits it; 0 = never.
        auto_credit_amount: Whole = 0, 0, 1_000_000, "units of the currency";
        /// Share of the amount that must be expected to be found valid for that.
        auto_credit_from: Share = 950_000, 0, 1_000_000, "share";
        /// Days back from which disputes and deductions are counted by cause.
        cause_days: Whole = 365, 1, 3_650, "days";
        /// Most rows by product, and by customer, of the causes in one currency.
        cause_rows: Whole = 20, 1, 1_000, "rows";
    }
}

/// Who decides disputes of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// A code as the dispute has it, in any case; the beginning of codes, with a star behind it; a word of
    /// [`DeductionReason`], for its family; or a star for all.
    pub reason: String,
    /// Amount from which the rule holds, in units of the currency.
    pub from: i64,
    /// The role.
    pub role: String,
}

/// What is chosen about disputes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disputes {
    /// The numbers.
    pub numbers: DisputeNumbers,
    /// Who decides; the role of `autonomy.roles` where no rule fits.
    pub owners: Vec<Owner>,
    /// The documents that are asked for, by reason.
    pub documents: BTreeMap<DeductionReason, Vec<Document>>,
}

impl Default for Disputes {
    fn default() -> Self {
        let documents = DeductionReason::ALL.iter().map(|reason| (*reason, usual_documents(*reason).to_vec())).collect();
        Self { numbers: DisputeNumbers::default(), owners: Vec::new(), documents }
    }
}

/// What usually decides a dispute of a reason.
const fn usual_documents(reason: DeductionReason) -> &'static [Document] {
    use DeductionReason as Why;
    use Document::{
        Contract, CreditNote, CustomerStatement, DamageReport, DeliveryRequirements, FreightTerms, InspectionReport, InvoiceCopy, LegalEntity, OrderConfirmation, OtherInvoice, PaymentTerms,
        PriceList, PromotionAgreement, ProofOfDelivery, ProofOfPayment, PurchaseOrder, RebateAgreement, ReturnAuthorization, ReturnReceipt, ServiceRecord, TaxCertificate,
    };
    match reason {
        Why::Pricing => &[Contract, PriceList, PurchaseOrder],
        Why::QuantityShortage => &[ProofOfDelivery, PurchaseOrder],
        Why::NotReceived => &[ProofOfDelivery],
        Why::Damaged => &[ProofOfDelivery, DamageReport],
        Why::Quality => &[Contract, InspectionReport],
        Why::WrongProduct => &[PurchaseOrder, ProofOfDelivery],
        Why::NotOrdered => &[PurchaseOrder, OrderConfirmation],
        Why::ReturnedGoods => &[ReturnAuthorization, ReturnReceipt],
        Why::Promotion => &[PromotionAgreement],
        Why::VolumeDiscount => &[RebateAgreement],
        Why::DiscountNotEarned => &[PaymentTerms, ProofOfPayment],
        Why::Terms => &[Contract, PaymentTerms],
        Why::Freight => &[FreightTerms, ProofOfDelivery],
        Why::Tax => &[TaxCertificate, InvoiceCopy],
        Why::Duplicate => &[InvoiceCopy, OtherInvoice],
        Why::ComplianceFine => &[DeliveryRequirements, ProofOfDelivery],
        Why::MissingDocuments => &[InvoiceCopy, PurchaseOrder],
        Why::ChargeRefused => &[Contract, InvoiceCopy],
        Why::Service => &[Contract, ServiceRecord],
        Why::CreditNotApplied => &[CreditNote, ProofOfPayment],
        Why::WrongEntity => &[LegalEntity, PurchaseOrder],
        Why::Other | Why::Unknown => &[CustomerStatement],
    }
}

impl Disputes {
    pub(super) fn read(&mut self, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
        self.numbers.read(&mut section, path, problems);
        let place = format!("{path}.owners");
        if let Some(owners) = rows(section.remove("owners"), MAX_OWNERS, &place, problems, read_owner as ReadRow<Owner>) {
            self.owners = owners;
        }
        if let Some(lists) = section.remove("documents").and_then(|value| object(value, &format!("{path}.documents"), problems)) {
            for (reason, list) in lists {
                self.read_documents(&reason, &list, &format!("{path}.documents.{reason}"), problems);
            }
        }
        leftovers(section, path, &self.write(), problems);
        for (at, owner) in self.owners.iter().enumerate() {
            let same = |other: &Owner| other.from == owner.from && other.reason.eq_ignore_ascii_case(&owner.reason);
            if self.owners.iter().take(at).any(same) {
                wrong(problems, &format!("{place}[{at}]"), ProblemCode::SettingConflict, format!("a rule for '{}' from {} stands twice", owner.reason, owner.from));
            }
        }
        if self.numbers.reject_to >= self.numbers.credit_from {
            wrong(problems, &format!("{path}.reject_to"), ProblemCode::SettingConflict, "reject_to must be under credit_from".into());
        }
    }

    fn read_documents(&mut self, reason: &str, list: &Value, place: &str, problems: &mut Problems) {
        let Some(reason) = DeductionReason::from_name(reason) else {
            let near = crate::text::nearest(reason, DeductionReason::WORDS.iter().copied()).unwrap_or("");
            return wrong(problems, place, ProblemCode::UnknownSetting, format!("no such reason; did you mean '{near}'?"));
        };
        let read: Option<Vec<Document>> = list.as_array().and_then(|list| list.iter().map(|word| Document::from_name(word.as_str()?)).collect());
        let repeats = |list: &[Document]| list.iter().enumerate().any(|(at, word)| list.iter().take(at).any(|before| before == word));
        match read.filter(|list| !repeats(list)) {
            Some(read) => drop(self.documents.insert(reason, read)),
            None => wrong(problems, place, ProblemCode::SettingType, "a list of different words of the schema is wanted".into()),
        }
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let mut map = self.numbers.write();
        map.insert("owners".into(), self.owners.iter().map(|owner| json!({ "reason": owner.reason, "from": owner.from, "role": owner.role })).collect());
        let list = |list: &Vec<Document>| -> Value { list.iter().map(|document| document.name()).collect() };
        map.insert("documents".into(), self.documents.iter().map(|(reason, documents)| (reason.name().into(), list(documents))).collect::<Map<_, _>>().into());
        map
    }

    pub(super) fn schema() -> Map<String, Value> {
        let mut map = DisputeNumbers::schema();
        let owner = json!({
            "type": "object", "additionalProperties": false, "required": ["role"], "properties": {
                "reason": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "default": "*", "description": "A code as the dispute has it, the beginning of codes with a star behind it, a word of the reasons for its family, or a star for all." },
                "from": { "type": "integer", "minimum": 0, "maximum": MOST_FROM, "default": 0, "description": "Amount of the dispute from which the rule holds. [units of the currency]" },
                "role": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "description": "Who decides." },
            },
        });
        map.insert("owners".into(), json!({ "type": "array", "maxItems": MAX_OWNERS, "default": [], "items": owner, "description": "Who decides a dispute: of the rules that fit, the one for its code, else the longest beginning of it, else its family, else all; among these the one from the greatest amount. Where none fits, the role of the action." }));
        let list = |reason: &DeductionReason| {
            let usual: Vec<&str> = usual_documents(*reason).iter().map(|document| document.name()).collect();
            (reason.name().into(), json!({ "type": "array", "uniqueItems": true, "items": { "enum": Document::WORDS }, "default": usual }))
        };
        let lists: Map<String, Value> = DeductionReason::ALL.iter().map(list).collect();
        map.insert("documents".into(), json!({ "type": "object", "additionalProperties": false, "properties": lists, "description": "The documents that are asked for, by reason." }));
        map
    }
}

/// Rules of owners that a policy may have.
const MAX_OWNERS: usize = 200;
/// Bytes of a code or a role.
const MAX_TEXT: usize = 64;
/// The greatest amount from which a rule may hold.
const MOST_FROM: i64 = 1_000_000_000;

fn read_owner(map: &mut Map<String, Value>, place: &str, problems: &mut Problems) -> (Owner, Map<String, Value>) {
    let mut text = |name: &str, default: &str| {
        let value = map.remove(name);
        let read = value.as_ref().map_or(Some(default), Value::as_str).filter(|text| !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control));
        if read.is_none() {
            wrong(problems, &format!("{place}.{name}"), ProblemCode::SettingType, "a short text is wanted".into());
        }
        String::from(read.unwrap_or_default())
    };
    let (reason, role) = (text("reason", "*"), text("role", ""));
    let mut owner = Owner { reason, from: 0, role };
    setting::read_into::<Whole>(map, "from", 0, MOST_FROM, &mut owner.from, place, problems);
    let known = ["reason", "from", "role"].into_iter().map(|name| (name.into(), Value::Null)).collect();
    (owner, known)
}
