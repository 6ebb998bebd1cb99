//! KPI vectors from public sources (each with its source in the file), against exact fractions.

use crate::golden::path;
use ar_core::kpi::{self, Ratio};
use serde_json::Value;

/// Reads `"46.0"` as a fraction.
fn fraction(value: &Value) -> Option<Ratio> {
    let (mantissa, scale) = ar_core::money::decimal_from_text(value.as_str()?).unwrap();
    Ratio::try_new(mantissa, ar_core::money::pow10(scale))
}

fn whole(value: &Value) -> i64 {
    value.as_str().map_or_else(|| value.as_i64().unwrap(), |text| text.parse().unwrap())
}

fn values(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(whole).collect()
}

fn answer(case: &Value) -> Option<Ratio> {
    let input = |name: &str| &case["input"][name];
    match case["kpi"].as_str().unwrap() {
        "dso_simple" => kpi::dso_simple(whole(input("ar_total")), whole(input("credit_sales")), whole(input("days"))),
        "best_possible_dso" => kpi::best_possible_dso(whole(input("ar_current")), whole(input("credit_sales")), whole(input("days"))),
        "average_days_delinquent" => kpi::average_days_delinquent(fraction(input("dso"))?, fraction(input("best_possible_dso"))?),
        "dso_countback" => {
            let months: Vec<(i64, i64)> = input("months_newest_first").as_array().unwrap().iter().map(|month| (whole(&month[0]), whole(&month[1]))).collect();
            kpi::dso_countback(whole(input("ar")), &months)
        }
        "cei" => kpi::collection_effectiveness(whole(input("begin")), whole(input("credit_sales")), whole(input("n_months")), whole(input("end_total")), whole(input("end_current"))),
        "true_dso" => kpi::true_dso(input("months").as_array().unwrap().iter().map(|month| (i128::from(whole(&month[0])), whole(&month[1])))),
        "turnover" => kpi::turnover(whole(input("credit_sales")), whole(input("begin")), whole(input("end"))),
        "share" => kpi::percent(whole(input("part")).into(), whole(input("whole")).into()),
        "mean" => kpi::mean(&values(input("values"))),
        "median" => kpi::median(&values(input("values"))),
        other => panic!("no formula for {other}"),
    }
}

#[test]
fn kpi_vectors_hold() {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path("tests/suite/kpi_vectors.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 22);
    for case in cases {
        let wanted = case["expect"].as_object().unwrap().values().next().unwrap();
        let got = answer(case);
        match wanted.as_str() {
            None => assert_eq!(got, None, "{}", case["id"]),
            Some(text) => {
                // The vectors print as many decimals as their sources do.
                let digits = text.split_once('.').map_or(0, |(_, part)| part.len()) as u8;
                assert_eq!(got.unwrap().rounded(digits), fraction(wanted).unwrap().rounded(digits), "{}", case["id"]);
            }
        }
    }
}
