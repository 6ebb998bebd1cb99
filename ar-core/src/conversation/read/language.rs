//! The language of a text, by its small words.

use crate::conversation::locale::Language;
use crate::conversation::token::{Kind, Tokens};

/// Words of a text that are looked at.
const MOST_WORDS: usize = 200;

/// Small words and words of the trade, folded, by language; a word may stand in several.
const WORDS: [&str; 4] = [
    " the we you is are have has will to of and for on by please our your this that it not with be can i been was us from at paid invoice payment due if but they them he she who what when my me as an or so no any all do don did does would could should shall ll ve re tomorrow today week month thanks thank sent send pay ",
    " der die das und wir sie ist sind haben hat werden zu von fur fuer bitte unser unsere ihre ihr ihnen nicht mit auf den dem ein eine einen rechnung zahlung uns ich bis wird bereits noch im am zum zur bei aus nach als auch es er kein keine danke dank habe wurde wurden schon heute morgen woche sich mir mich uber ueber zahlen betrag gruss ",
    " le la les et nous vous est sont avons ont de du des pour votre notre vos nos pas ne que qui dans sur une un facture paiement merci je par avec ce cette ces il elle on au aux a en plus mais ou si sera etait demain semaine mois avez etes suis ai c l d j n s qu bonjour ",
    " el la los las y nosotros usted ustedes es son hemos ha han de del para por su sus nuestra nuestro no que en una un factura pago gracias yo con este esta ya se lo le les al mi me pero si muy mas manana semana mes favor esta estamos tenemos puede pagado hola ",
];

/// The language with the most small words, and how many more than the next; `None` where none leads.
pub(super) fn language(tokens: &Tokens) -> Option<(Language, u32)> {
    let mut counts = [0u32; 4];
    for token in tokens.all().iter().filter(|token| token.kind == Kind::Word).take(MOST_WORDS) {
        let word = tokens.text_of(token);
        for (count, list) in counts.iter_mut().zip(WORDS) {
            *count += u32::from(is_in(list, word));
        }
    }
    let mut order: [(u32, Language); 4] = core::array::from_fn(|at| (counts.get(at).copied().unwrap_or(0), Language::ALL.get(at).copied().unwrap_or(Language::En)));
    order.sort_by_key(|row| core::cmp::Reverse(row.0));
    match order {
        [(most, language), (next, _), ..] if most > next => Some((language, most - next)),
        _ => None,
    }
}

fn is_in(list: &str, word: &str) -> bool {
    word.len() <= 10 && list.match_indices(word).any(|(at, _)| list.as_bytes().get(at.wrapping_sub(1)) == Some(&b' ') && list.as_bytes().get(at + word.len()) == Some(&b' '))
}
