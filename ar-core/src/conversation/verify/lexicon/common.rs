//! Words of sentences that say what will happen. A threat can be put in any words; so such a sentence is made of these, and of the words that
//! mean something here, alone.

use crate::conversation::locale::Language;

/// Words that make a sentence one about what will happen.
const AHEAD: [&str; 4] = ["will shall ll otherwise failing unless might wont going", "werden wird wurde kunftig zukunftig danach dann folge kunftige", "futur desormais", "vamos proximamente futuro"];

/// Verbs of courtesy, which only look as if they spoke of what will happen.
const POLITE: [&str; 4] = [
    "",
    "",
    "saurions serions esperons considerons remercierons pourriez voudrez trouverez voudrions aimerions gre",
    "agradeceremos agradeceriamos agradeceria agradecere podria podrian podriamos desearia gustaria seria querriamos rogariamos encontrara",
];

/// Words that do no harm in it.
const COMMON: [&str; 4] = [
    "and the a an of to is are was be been being your you our we us it its this these that those please for with have has had if at from as on in by or any all only also so but when where which who while then there here them they he she his her \
     i me my do does did can could would should may will shall ll glad gladly happy help assist find attached enclosed update updated records record check checked look into back reply answer let know think problem problems either just soon enable \
     able us once paid pay payment payments receive received amount amounts bank details transfer online link account balance clear cleared everything anything something thank thanks appreciate grateful need needed regarding concerning matter \
     see sent send set show shown seen process processed reach reaching statement copy copies invoice invoices email mail call phone team office customer welcome best kind regards up out more than yet still already now ignore disregard message \
     reminder reminders letter note notice crossed cross arrive arrives arrived arrival follow following below above listed confirm confirmation resolve resolved resolution discuss talk contact ask question questions query queries wrong correct \
     corrected agree explain tell write written hear wait waiting hope sure make makes made take takes taken way ways good working day days date include included excluded until after before however wish like provide provided give given review \
     reviewed investigate investigated ring right appreciated quoted both missing prompt promptly attention message reply replies response short brief friendly quick gladly pleased delighted straight away later full details assist assistance support future cooperation business relationship continue continued value custom order orders delivery deliveries further goods services supply supplies next previous",
    "und der die das den dem des ein eine einen einem einer ist sind war waren wir sie ihr ihre ihren ihrem ihrer uns unser unsere unseren unserem unserer es er bitte auf mit von fur oder wenn falls sollten sofern als auch nur noch schon bereits \
     bei zu zum zur im in an am aus um uber unter nach vor seit bis dass da so wie was wer wo hier dort diese dieser dieses diesem diesen welche alle alles gern gerne freuen freude helfen hilfe finden anbei beigefugt prufen gepruft prufung \
     aktualisieren melden antworten antwort fragen frage problem probleme gegebenenfalls betrachten gegenstandslos zahlung zahlungen betrag betrage konto bankverbindung uberweisung online link dank danke vielen dankbar sehr erhalten eingehen \
     eingegangen eingang buchung verbucht verbuchen kontoauszug kopie kopien rechnung rechnungen mail telefon team kunde buchhaltung unterlagen gesendet senden ubersandt zusenden zugesandt zeigt sehen klaren geklart losen gelost losung \
     besprechen kontaktieren erreichen verfugung stehen steht wissen lassen richtig korrigieren korrigiert einverstanden erklaren schreiben schreibens hoffen machen gemacht berucksichtigt berucksichtigen enthalten ausgenommen sobald \
     nachdem moglich gut tag tage werden wird worden kann konnen konnte mochten mogen haben hat hatten sein bleibt bleiben angefangen erwartet erwarten beantwortet beantworten bearbeitet bearbeiten bestatigt nachricht nachrichten ruckfrage ruckfragen ruckmeldung kurz freundlich freundliche zusammenarbeit zukunft lieferung lieferungen bestellung bestellungen weitere weiteren ware leistungen rechnungskopie kurze",
    "et le la les un une des du de d l n s c qu que qui ce cet cette ces est sont etait nous vous votre vos notre nos il elle ils elles on se sur pour avec dans par ou si en au aux a y ne pas plus tout toute tous toutes merci bien vouloir bonjour \
     sera serons serez seront serait serions saurions pourra pourrez pourrons pourront pourriez pourrait trouverez voudrez recevrez permettra restons restera resterons esperons remercierons remercions gre heureux aider aide trouver joint jointe \
     ci-joint verifier verifierons mettre jour repondre reponse question questions probleme problemes reglement paiement paiements montant montants compte bancaire coordonnees virement ligne lien recevoir recu facture factures courriel mail \
     telephone equipe client service comptabilite envoyer envoye adresser adresse copie copies savoir faire fait contacter joindre disposition tenir expliquer corriger corrigee ecrire ecrit effectuer effectue entre temps deja encore des-lors \
     adresserons enverrons repondrons apporterons examinerons examinera correspondant livraison livraisons commande commandes futures prochaines plaisir volontiers collaboration confiance suite vos meilleurs delais concernant relative relatif",
    "y e el la los las un una unos de del al a en por para con sin que quien cual este esta estos estas ese esa eso es son era fue ser estar esta estan nos usted ustedes su sus nuestro nuestra nuestros nuestras le les lo se si no o u ya aun como \
     cuando donde todo toda todos todas gracias por favor sera seran estaremos estara podra podran podremos encontrara recibira recibiremos agradeceremos agradeceriamos agradeceria podria podrian desearia gustaria tendra tendremos seria serian \
     efectuara encantados ayudar ayudarle ayuda encontrar adjunto adjunta adjuntas revisar revisaremos revisara comprobaremos actualizar actualizaremos responder responderemos respuesta pregunta preguntas problema problemas duda dudas pago \
     pagos importe importes cuenta bancaria datos transferencia linea enlace recibir recibido factura facturas correo telefono equipo cliente departamento enviar enviaremos enviado copia copias saber hacer contactar contactaremos disposicion \
     explicar corregir corregida escribir confirmaremos atender atenderemos atenderle",
];

fn has(list: &[&str; 4], language: Language, word: &str) -> bool {
    list.get(language as usize).is_some_and(|words| words.split(' ').any(|other| other == word))
}

/// Whether a word, as written and folded, makes its sentence one about what will happen.
pub(in crate::conversation::verify) fn is_ahead(language: Language, written: &str, word: &str) -> bool {
    let lower = |ends: &[&str]| word.len() > 4 && ends.iter().any(|end| written.ends_with(end));
    let verb = match language {
        Language::En | Language::De => false,
        Language::Fr => lower(&["era", "ira", "rra", "dra", "ttra", "ront", "rons"]),
        Language::Es => lower(&["rá", "rán", "remos", "ré", "ría", "ríamos"]),
    };
    (verb && !has(&POLITE, language, word)) || has(&AHEAD, language, word)
}

/// Whether a folded word does no harm in such a sentence.
pub(in crate::conversation::verify) fn is_common(language: Language, word: &str) -> bool {
    word.len() < 2 || has(&COMMON, language, word)
}
