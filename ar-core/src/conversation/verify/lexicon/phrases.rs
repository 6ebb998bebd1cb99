//! Phrases: several words that mean more than each of them.

use crate::conversation::locale::Language;

/// What a phrase says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::conversation::verify) enum Phrase {
    /// There is no time.
    Urgent,
    /// This is the last time.
    Final,
    /// We wrote before.
    Reminded,
    /// We talked, or agreed something.
    Talked,
    /// The customer promised, confirmed or wrote.
    Promised,
    /// Money came.
    Received,
    /// A consequence without a name.
    Threat,
    /// A fixed sum for late payment.
    Fee,
    /// Something is offered.
    Offer,
    /// A fault of ours.
    Admit,
    /// Not exactly.
    Approx,
    /// It is as it should be: the words are not to be looked at alone.
    Harmless,
}

use Phrase::{Admit, Approx, Fee, Final, Harmless, Offer, Promised, Received, Reminded, Talked, Threat, Urgent};

/// Each group of phrases is divided by commas; a star ends a stem.
const EN: &[(Phrase, &str)] = &[
    (
        Harmless,
        "in order to,forward to your reply,forward to hearing,look forward,at your earliest convenience,thank you for your business,if you have already paid,no further action,please ignore this reminder,please disregard this,credit control,questions about,question about,as of today,payment terms,not yet received,have not received,not received,no payment has been received,this reminder,this is a reminder,friendly reminder,this letter,this email,this notice,please contact,contact us,be contacted,in the meantime,received by us,yet been received,not been received,credited to,take a moment,let us know,free to,stop by,next steps",
    ),
    (
        Urgent,
        "time is of the essence,of the essence,at once,without delay,right away,right now,last chance,last opportunity,as soon as possible,pay today,paid today,today only,only today,by today,end of today,close of business today,no later than today,before it is too late,time is running out,within hours,account closes,account will close,act now,pay now or",
    ),
    (Final, "final notice,final demand,final reminder,final warning,final request,final letter,last notice,last warning,last reminder before,last demand,final call"),
    (
        Reminded,
        "we wrote,we have written,wrote to you,we reminded,we have reminded,reminded you,have already reminded,already written,we contacted,we have contacted,we emailed,we sent you,we have sent,our reminder,our reminders,our letter,our letters,our email of,our previous,our earlier,our last,previous reminder,previous reminders,previous letter,earlier reminder,earlier reminders,despite our,despite reminders,despite several,despite repeated,first reminder was",
    ),
    (
        Talked,
        "as agreed,as discussed,we agreed,you agreed,agreed with you,agreed on,agreed to,our conversation,our call,our phone,our telephone,on the phone,over the phone,by phone on,telephone conversation,phone call,when we spoke,we spoke,our meeting,our discussion,our agreement,your agreement,per our,you accepted,you signed,your consent,our chat,our visit,you instructed",
    ),
    (
        Promised,
        "as promised,you promised,you had promised,you have promised,your promise,you confirmed,you have confirmed,you told us,you assured,your assurance,you said,you stated,you acknowledged,your commitment,you committed,you undertook,your email of,your letter of,your message of,your reply,you wrote,you informed,you indicated,you guaranteed",
    ),
    (
        Received,
        "thank you for your payment,thanks for your payment,we received,we have received,your payment of,your part payment,your recent payment,you paid,payment was received,payment has been received",
    ),
    (
        Threat,
        "credit terms,credit limit,credit line,further action,take action,no choice,no option,no alternative,other means,further steps,next level,third party,third parties,debt recovery,on your record,credit record,credit report,credit file,credit history,credit score,credit standing,your directors,personally,our patience,formal demand,statutory demand,we will be forced,will have to,we shall have to,further measures,reserve the right,reserve all rights,reserve our rights,hand over,handed over,pass your,passed to,passed on to,referred to,refer the matter,refer your,default notice,in default,take matters,senior management,not hesitate to take,escalate,cash only,cash in advance,payment in advance,without further notice,write to your,your customers,your suppliers,your bank,personal guarant*,terms will be,longer supply,not supply,not deliver,no longer deliver,no further deliver*,no further order*,deliveries will,supplies will,will not be able to supply,refuse further,report you,report your,reported to,report this",
    ),
    (Fee, "fixed sum,recovery fee,recovery cost*,late fee,late payment fee"),
    (
        Offer,
        "payment plan,pay in parts,free of charge,at no cost,per cent off,percent off,more time,credit note,we will accept,we would accept,write off,written off,settle for,special terms,longer payment term*,pay later,payment holiday,can be paid in",
    ),
    (
        Admit,
        "our mistake,our error,our fault,we were wrong,we are at fault,our apolog*,we apolog*,our responsibility,we made a mistake,we made an error,invoice was wrong,goods were damaged,goods were faulty",
    ),
    (Approx, "or so,or thereabouts,more or less,give or take,a couple,a few,in the region of,just under,just over,close to,up to"),
];

const DE: &[(Phrase, &str)] = &[
    (
        Harmless,
        "sollten sie die zahlung bereits,falls sie bereits,noch nicht eingegangen,umgehend prufen,umgehend bearbeiten,umgehend antworten,umgehend zu,sofort verbucht,nicht eingegangen,nicht erhalten,kein zahlungseingang,keinen zahlungseingang,zum heutigen tag,heutigen stand,stand heute,per heute,bis heute,diese erinnerung,dieses schreiben,diese zahlungserinnerung,unser schreiben als gegenstandslos,als gegenstandslos,diese mahnung,zur zahlungserinnerung,sonstige fragen,zahlungsziel von,vor ort,vor ausgleich",
    ),
    (
        Urgent,
        "ohne verzug,noch heute,heute noch,bis heute abend,letzte chance,letzte gelegenheit,so schnell wie moglich,ab sofort,nur heute,innerhalb weniger stunden,zahlen sie heute,mit sofortiger,sonst ist es",
    ),
    (Final, "letzte mahnung,letzte zahlungserinnerung,letzte erinnerung,letzte aufforderung,letzte frist,letztmalige aufforderung,letzten mahnung,letzte zahlungsaufforderung"),
    (
        Reminded,
        "haben wir sie,wir haben ihnen,wir haben sie,wir erinnerten,unserer erinnerung,unsere erinnerung,unserer zahlungserinnerung,unsere zahlungserinnerung,unserer mahnung,unserer mahnungen,unsere mahnung,unsere mahnungen,unseres schreibens,unserem schreiben,unser schreiben vom,unserer letzten,bereits erinnert,bereits angeschrieben,bereits gemahnt,trotz mahnung*,trotz erinnerung*,trotz mehr*,trotz wiederholt*,trotz unser*,schrieben wir,schrieben ihnen,erinnerten wir,vorherige mahnung*",
    ),
    (
        Talked,
        "wie besprochen,wie vereinbart,wie telefonisch,telefonisch vereinbart,telefonisch besprochen,am telefon,unserem telefonat,unser telefonat,unserem gesprach,unser gesprach,unserer vereinbarung,unsere vereinbarung,vereinbarungsgemass,haben wir vereinbart,vereinbart haben,telefonat vom,gesprach vom,ihrem anruf,laut absprache,absprachegemass",
    ),
    (
        Promised,
        "sie haben zugesagt,haben sie zugesagt,sie sagten zu,sie haben versprochen,haben sie versprochen,versprochen haben,zugesagt haben,ihre zusage,ihrer zusage,ihre zahlungszusage,ihrer zahlungszusage,ihr versprechen,sie haben bestatigt,haben sie bestatigt,sie bestatigten,ihre bestatigung,ihrer bestatigung,ihre e - mail vom,ihr schreiben vom,ihrem schreiben,wie zugesagt,wie versprochen,wie von ihnen,haben uns mitgeteilt,sie teilten uns,sie haben anerkannt",
    ),
    (
        Received,
        "vielen dank fur ihre zahlung,danke fur ihre zahlung,ihre zahlung von,ihre zahlung uber,ihre teilzahlung,ihrer zahlung vom,haben wir erhalten,wir haben ihre zahlung,zahlung eingegangen,sie haben bereits gezahlt,von ihnen gezahlt",
    ),
    (
        Threat,
        "weitere schritte,nachste schritte,weitere massnahmen,behalten wir uns,behalten uns,keine andere wahl,sehen wir uns,sehen uns gezwungen,weitere kosten,an dritte,auf ihre kosten,zu ihren lasten,in rechnung stellen,nicht mehr beliefer*,nicht mehr liefer*,nicht weiter beliefer*,keine weiteren liefer*,lieferung* einstell*,nur gegen vorkasse,nur noch gegen,ubergeben,abgeben,weitergeb*,uns gezwungen,geschaftsfuhr*,ihre bank,ihre kunden,personlich haft*,rufschad*,ihren ruf,unsere geduld,ohne weitere ankundigung,ohne vorankundigung,weiter verfolgen,einleiten,einzuleiten,beauftrag*,meld* an,gemeldet",
    ),
    (Fee, "pauschale von,verzugspauschale"),
    (
        Offer,
        "in raten,wir bieten,konnen in,kostenlos,kostenfrei,mehr zeit,entgegenkommen,wir verzichten,verzichten auf,prozent weniger,auf teilzahlung,zahlungsaufschub,zahlungspause,gutschrift,sonderkondition*,langeres zahlungsziel",
    ),
    (Admit, "unser fehler,unser versehen,unsere schuld,wir bitten um entschuldigung,wir entschuldigen,unser verschulden,ware war,mangelhafte ware,rechnung war falsch,rechnung ist falsch"),
    (Approx, "oder so,mehr oder weniger,ein paar,einige tage,in etwa,bis zu,an die"),
];

const FR: &[(Phrase, &str)] = &[
    (
        Harmless,
        "sauf erreur,sauf erreur ou omission,sauf erreur de notre part,a ce jour,le cas echeant,en cas d ' erreur,si vous avez deja,n ' avons pas recu,pas encore recu,n ' avons pas encore,sans reponse,service comptabilite,service recouvrement,la presente relance,le present rappel,ce rappel,cette relance,relance amiable,rappel amiable,merci de ne pas tenir compte,du jour,plus de renseignement*,plus d ' information*,pour toute erreur,de votre part",
    ),
    (
        Urgent,
        "sans delai,sans attendre,au plus vite,des aujourd ' hui,aujourd ' hui meme,ce soir,derniere chance,dans les plus brefs delais,le plus rapidement possible,des que possible,des maintenant,sans tarder,dans les heures,payez aujourd ' hui,sous peine",
    ),
    (Final, "dernier rappel,derniere relance,dernier avis,dernier avertissement,ultime relance,ultime rappel,dernier delai,avant poursuites,derniere mise"),
    (
        Reminded,
        "nous vous avons,vous avons ecrit,vous avons adresse,vous avons envoye,vous avons relance,vous avons deja,notre relance,nos relances,notre rappel,nos rappels,notre courrier,nos courriers,notre precedent*,nos precedent*,notre lettre,notre derniere relance,malgre notre,malgre nos,malgre plusieurs,precedente relance,relances precedentes,relance du",
    ),
    (
        Talked,
        "comme convenu,comme discute,notre appel,notre conversation,notre echange,notre entretien,conversation telephonique,entretien telephonique,echange telephonique,au telephone,par telephone le,convenu avec,notre accord,votre accord,selon notre,nous avons convenu,avons parle",
    ),
    (
        Promised,
        "vous avez promis,vous aviez promis,vous vous etes engage,vous etiez engage,votre promesse,votre engagement,vous avez confirme,vous nous avez,vous nous aviez,aviez assure,avez assure,aviez dit,avez dit,votre confirmation,comme promis,votre courrier du,votre mail du,votre message,vous avez reconnu,vous avez indique",
    ),
    (Received, "merci pour votre paiement,merci de votre paiement,votre paiement de,votre reglement de,nous avons recu,avons bien recu,votre acompte,votre versement"),
    (
        Threat,
        "d ' autres mesures,autres mesures,suite judiciaire,suites judiciaires,nous reservons,reservons le droit,pas d ' autre choix,n ' aurons d ' autre,contraints de,obliges de,verrons contraints,verrions contraints,banque de france,societe de recouvrement,cabinet de recouvrement,en recouvrement,mise en demeure,mettre en demeure,a vos frais,sans autre avis,sans preavis,transmis a,transmettrons,transmettre votre,confier,confie a,confierons,votre dirigeant,votre banque,vos clients,livraisons seront,plus de livraison*,cesser nos,cesserons,au comptant,paiement d ' avance,plus livrer,ne livrerons,signaler,signalerons,porter plainte,voie de droit,voies de droit,toutes voies",
    ),
    (
        Fee,
        "indemnite forfaitaire,indemnite forfaitaire de recouvrement,indemnite forfaitaire pour frais de recouvrement,indemnite forfaitaire legale,indemnite de recouvrement,frais de recouvrement,frais de relance",
    ),
    (
        Offer,
        "en plusieurs fois,plan de paiement,en plusieurs mensualites,delai supplementaire,nous vous accordons,accordons un,sans frais,geste commercial,nous vous offrons,nous vous proposons,facilites de paiement,conditions speciales",
    ),
    (Admit, "notre erreur,notre faute,nous nous excusons,nous vous prions d ' excuser,nos excuses,notre responsabilite,une erreur de notre part,marchandise defectueuse"),
    (Approx, "a peu pres,plus ou moins,ou presque,quelques jours,aux alentours,dans les environs,pas loin,jusqu ' a"),
];

const ES: &[(Phrase, &str)] = &[
    (
        Harmless,
        "a fecha de hoy,al dia de hoy,hasta la fecha,si ya ha,no hemos recibido,aun no hemos,no consta,salvo error,este recordatorio,el presente recordatorio,presente aviso,este aviso,esta carta,le recordamos,les recordamos,nos permitimos recordarle,en caso contrario no,condiciones de pago,ya ha pagado,ya ha abonado,ya ha realizado",
    ),
    (
        Urgent,
        "hoy mismo,esta noche,ultima oportunidad,cuanto antes,lo antes posible,sin demora,sin mas demora,de inmediato,a la mayor brevedad,antes de que sea,pague hoy,solo hoy,ahora mismo,en las proximas horas",
    ),
    (Final, "ultimo aviso,ultimo recordatorio,aviso final,ultimo requerimiento,ultima reclamacion,ultima notificacion,aviso definitivo"),
    (
        Reminded,
        "le escribimos,les escribimos,le hemos,les hemos,hemos enviado,le enviamos,les enviamos,nuestro recordatorio,nuestros recordatorios,nuestra carta,nuestras cartas,nuestro aviso,nuestros avisos,nuestro anterior,nuestra anterior,anterior recordatorio,anteriores recordatorios,a pesar de nuestro*,a pesar de nuestra*,pese a nuestro*,pese a nuestra*,a pesar de varios,a pesar de los,recordatorio del,recordatorio de fecha,ya le recordamos",
    ),
    (
        Talked,
        "segun lo acordado,como acordamos,lo acordado,tal como acordamos,segun acordamos,como hablamos,segun hablamos,nuestra conversacion,nuestra llamada,por telefono el,conversacion telefonica,llamada telefonica,nuestro acuerdo,su acuerdo,acordado con,quedamos en,como quedamos,segun quedamos,nuestra reunion",
    ),
    (
        Promised,
        "usted prometio,nos prometio,prometio pagar,prometio abonar,su promesa,su compromiso,se comprometio,comprometio a,nos confirmo,usted confirmo,su confirmacion,como prometio,segun prometio,nos indico,nos dijo,su correo del,su carta del,usted reconocio,nos aseguro",
    ),
    (Received, "gracias por su pago,su pago de,hemos recibido,recibimos su,su ingreso de,su transferencia de,su pago parcial"),
    (
        Threat,
        "otras medidas,nuevas medidas,medidas adicionales,tomar medidas,tomaremos,nos reservamos,reservamos el derecho,de lo contrario,nos veremos,nos obliga,no tendremos,sin previo aviso,sin mas aviso,empresa de recobro,a su costa,a su cargo,daremos traslado,trasladar,trasladaremos,remitiremos,incluiremos en,inscribir,su banco,sus clientes,sus proveedores,su reputacion,dejar de suministrar,no suministrar*,no servir*,pago por adelantado,pago anticipado,al contado,via legal,via judicial,comunicaremos,cederemos,ceder su",
    ),
    (Fee, "gastos de gestion,costes de cobro,gastos de cobro,cantidad fija"),
    (Offer, "plan de pago,a plazos,en cuotas,pago fraccionado,sin coste,sin cargo,mas tiempo,le ofrecemos,les ofrecemos,podemos ofrecer,prorroga,condiciones especiales,nota de abono"),
    (Admit, "nuestro error,nuestra culpa,pedimos disculpas,le pedimos disculpas,fue culpa,nuestra responsabilidad,hemos cometido,mercancia defectuosa"),
    (Approx, "mas o menos,poco mas,poco menos,unos pocos,algunos dias,alrededor de,cerca de,en torno a,hasta un maximo"),
];

/// All phrases of a language.
pub(in crate::conversation::verify) const fn phrases(language: Language) -> &'static [(Phrase, &'static str)] {
    match language {
        Language::En => EN,
        Language::De => DE,
        Language::Fr => FR,
        Language::Es => ES,
    }
}
