//! Evidence: the documents that decide a dispute.

use crate::text::words;

words! {
    /// What whoever decides a dispute asks for: from our own files, the carrier or the customer.
    Document {
        /// The carrier's proof that the goods arrived.
        ProofOfDelivery = "proof_of_delivery",
        /// The contract.
        Contract = "contract",
        /// The price list or quotation of the day of the order.
        PriceList = "price_list",
        /// The customer's order.
        PurchaseOrder = "purchase_order",
        /// Our confirmation of the order.
        OrderConfirmation = "order_confirmation",
        /// The invoice that is disputed.
        InvoiceCopy = "invoice_copy",
        /// The other invoice of which it is said to be a repeat.
        OtherInvoice = "other_invoice",
        /// Photographs or a report of the damage.
        DamageReport = "damage_report",
        /// A report of what was found when the goods were inspected.
        InspectionReport = "inspection_report",
        /// The permission to send goods back.
        ReturnAuthorization = "return_authorization",
        /// The note of what came back into the warehouse.
        ReturnReceipt = "return_receipt",
        /// The agreement on a promotion, advertising or another allowance.
        PromotionAgreement = "promotion_agreement",
        /// The agreement on volume discounts or rebates.
        RebateAgreement = "rebate_agreement",
        /// The payment terms that were agreed, with the day on which the discount ended.
        PaymentTerms = "payment_terms",
        /// Who bears freight, and the carrier's bill.
        FreightTerms = "freight_terms",
        /// A certificate of exemption or the number for tax.
        TaxCertificate = "tax_certificate",
        /// The customer's rules for delivery, packing and labels.
        DeliveryRequirements = "delivery_requirements",
        /// The signed record of the work that was done.
        ServiceRecord = "service_record",
        /// The credit note that is said not to be taken off.
        CreditNote = "credit_note",
        /// The payment that is said not to be taken off.
        ProofOfPayment = "proof_of_payment",
        /// The legal name and the order that say which company owes.
        LegalEntity = "legal_entity",
        /// The claim in the customer's own words.
        CustomerStatement = "customer_statement",
    }
}
