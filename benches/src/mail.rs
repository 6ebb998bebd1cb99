//! Messages of customers in four languages: promises, disputes, remittances and absences, with references, amounts and days.

use crate::Dice;

/// By number of the language.
pub const LANGUAGES: [&str; 4] = ["en-GB", "de-DE", "fr-FR", "es-ES"];
/// By number of the language.
pub const COUNTRIES: [&str; 4] = ["GB", "DE", "FR", "ES"];

/// A message.
pub struct Mail {
    /// Days before the day of the book on which it came.
    pub ago: i32,
    pub subject: String,
    pub text: String,
}

/// By language, then promise, dispute, remittance, absence. `{refs}` stands for the references, `{sum}` for their amount, `{day}` for a day
/// of the month to come, `{lines}` for each reference with its amount, `{ours}` for what they write of our message.
const TEXTS: [[&str; 4]; 4] = [
    [
        "Dear accounts team,\n\nthank you for your reminder. We will pay invoice {refs} over {sum} EUR on {day} December 2026.\nThere was a delay in our approval; we are sorry for that.\n\nKind regards\nSarah Mills\nAccounts payable\nTel. 0161 496 0{num}\n\n{ours}",
        "Hello,\n\nwe cannot release invoice {refs}: 3 of the cartons of delivery {num} arrived damaged and the price is not the one we agreed.\nPlease send us a credit note, until then the invoice is disputed.\n\nRegards\nTom Baker\n\n{ours}",
        "Good morning,\n\nwe have made a bank transfer of {sum} EUR today. It covers\n{lines}\nPlease allocate it accordingly.\n\nBest regards\nTreasury\n",
        "Thank you for your message. I am out of the office until {day} December 2026 and have no access to my e-mail. In urgent cases please contact my colleague on 0161 496 0{num}.\n\nSarah Mills",
    ],
    [
        "Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihre Erinnerung. Die Rechnung {refs} über {sum} EUR überweisen wir am {day}. Dezember 2026.\nBitte entschuldigen Sie die Verzögerung.\n\nMit freundlichen Grüßen\nSabine Huber\nBuchhaltung\nTel. 030 1234{num}\n\n{ours}",
        "Guten Tag,\n\nRechnung {refs} können wir nicht freigeben: von Lieferung {num} waren 3 Kartons beschädigt, und der Preis stimmt nicht mit unserer Bestellung überein.\nWir bitten um eine Gutschrift und widersprechen bis dahin der Forderung.\n\nMit freundlichen Grüßen\nThomas Becker\n\n{ours}",
        "Guten Morgen,\n\nwir haben heute {sum} EUR an Sie überwiesen. Die Zahlung betrifft\n{lines}\nBitte ordnen Sie sie entsprechend zu.\n\nFreundliche Grüße\nZahlungsverkehr\n",
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum {day}. Dezember 2026 nicht im Büro und habe keinen Zugriff auf meine E-Mails. In dringenden Fällen wenden Sie sich bitte an 030 1234{num}.\n\nSabine Huber",
    ],
    [
        "Madame, Monsieur,\n\nmerci pour votre relance. Nous réglerons la facture {refs} d'un montant de {sum} EUR le {day} décembre 2026.\nNous vous prions d'excuser ce retard.\n\nCordialement\nClaire Martin\nComptabilité fournisseurs\nTél. 01 40 20 {num}\n\n{ours}",
        "Bonjour,\n\nnous ne pouvons pas valider la facture {refs} : 3 cartons de la livraison {num} sont arrivés endommagés et le prix n'est pas celui de notre commande.\nMerci de nous envoyer un avoir ; d'ici là nous contestons cette facture.\n\nCordialement\nPaul Bernard\n\n{ours}",
        "Bonjour,\n\nnous avons effectué aujourd'hui un virement de {sum} EUR. Il concerne\n{lines}\nMerci de l'affecter en conséquence.\n\nCordialement\nTrésorerie\n",
        "Merci de votre message. Je suis absente du bureau jusqu'au {day} décembre 2026 et n'ai pas accès à ma messagerie. En cas d'urgence, contactez le 01 40 20 {num}.\n\nClaire Martin",
    ],
    [
        "Estimados señores:\n\ngracias por su recordatorio. Pagaremos la factura {refs} por importe de {sum} EUR el {day} de diciembre de 2026.\nDisculpen el retraso.\n\nUn saludo\nMarta Ruiz\nCuentas a pagar\nTel. 91 234 {num}\n\n{ours}",
        "Buenos días:\n\nno podemos aprobar la factura {refs}: 3 cajas de la entrega {num} llegaron dañadas y el precio no coincide con nuestro pedido.\nLes rogamos que nos envíen un abono; hasta entonces la factura está en disputa.\n\nUn saludo\nPablo Gil\n\n{ours}",
        "Buenos días:\n\nhoy hemos hecho una transferencia de {sum} EUR. Corresponde a\n{lines}\nRogamos la apliquen según lo indicado.\n\nSaludos\nTesorería\n",
        "Gracias por su mensaje. Estoy fuera de la oficina hasta el {day} de diciembre de 2026 y no tengo acceso al correo. En casos urgentes llame al 91 234 {num}.\n\nMarta Ruiz",
    ],
];

const SUBJECTS: [&str; 4] = ["Re: Payment reminder {refs}", "AW: Zahlungserinnerung {refs}", "RE: Relance facture {refs}", "RE: Recordatorio de pago {refs}"];

const OURS: [&str; 4] = [
    "On Mon, 16 Nov 2026 at 09:12, Accounts wrote:\n> Dear customer,\n> invoice {refs} is past due. Please pay {sum} EUR.\n> Kind regards",
    "Am 16.11.2026 um 09:12 schrieb Buchhaltung:\n> Guten Tag,\n> die Rechnung {refs} ist überfällig. Bitte überweisen Sie {sum} EUR.\n> Freundliche Grüße",
    "Le 16/11/2026 à 09:12, Comptabilité a écrit :\n> Bonjour,\n> la facture {refs} est échue. Merci de régler {sum} EUR.\n> Cordialement",
    "El 16/11/2026 a las 09:12, Contabilidad escribió:\n> Buenos días:\n> la factura {refs} está vencida. Rogamos el pago de {sum} EUR.\n> Un saludo",
];

/// An amount as it is written in the language: `1,234.56` or `1.234,56`.
fn amount(language: usize, minor: i64) -> String {
    let (thousands, decimals) = if language == 0 { (',', '.') } else { ('.', ',') };
    let whole = (minor / 100).to_string();
    let mut said = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            said.push(thousands);
        }
        said.push(digit);
    }
    format!("{said}{decimals}{:02}", minor % 100)
}

/// A message in the language of that number about these references and their amounts.
pub fn write(dice: &mut Dice, language: usize, about: &[(String, i64)]) -> Mail {
    let kind = dice.below(4) as usize;
    let refs: Vec<&str> = about.iter().map(|row| row.0.as_str()).collect();
    let lines: Vec<String> = about.iter().map(|(reference, minor)| format!("{reference}  {} EUR", amount(language, *minor))).collect();
    let (sum, day, number) = (amount(language, about.iter().map(|row| row.1).sum()), 1 + dice.below(20), 100 + dice.below(900));
    let fill = |text: &str| {
        let text = text.replace("{ours}", OURS[language]).replace("{lines}", &lines.join("\n")).replace("{refs}", &refs.join(", "));
        text.replace("{sum}", &sum).replace("{day}", &day.to_string()).replace("{num}", &number.to_string())
    };
    Mail { ago: dice.below(4) as i32, subject: fill(SUBJECTS[language]), text: fill(TEXTS[language][kind]) }
}
