//! JSON whose numbers have more digits than a double keeps.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What the text says, with each number that [`Value`] would round as the text of its digits.
pub(super) fn unrounded(json: &RawValue) -> serde_json::Result<Value> {
    let text = json.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => serde_json::from_str::<BTreeMap<String, &RawValue>>(text)?
            .into_iter()
            .map(|(name, value)| Ok((name, unrounded(value)?)))
            .collect::<serde_json::Result<Value>>()?,
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)?
            .into_iter()
            .map(unrounded)
            .collect::<serde_json::Result<Value>>()?,
        Some(b'-' | b'0'..=b'9') => match serde_json::from_str::<Value>(text) {
            Ok(number) if digits(&number.to_string()) == digits(text) => number,
            _ => Value::String(text.to_owned()),
        },
        _ => serde_json::from_str(text)?,
    })
}

/// The digits without zeros at their ends, where the decimal point is, seen from the first of them, and
/// whether it is below zero: the same for two texts of one number.
fn digits(number: &str) -> (bool, String, i64) {
    let (negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let point = whole.len() as i64 - (all.len() - significant.len()) as i64;
    let significant = significant.trim_end_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    // What has an exponent that is no number is none either, and is told as it stands.
    let exponent = exponent.parse().unwrap_or(i64::MAX / 2);
    (negative, significant.to_owned(), point + exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(json: &str) -> Value {
        unrounded(serde_json::from_str(json).unwrap()).unwrap()
    }

    #[test]
    fn numbers_that_a_double_keeps_are_numbers() {
        for (text, number) in [
            ("12.50", json!(12.5)),
            ("-0.10", json!(-0.1)),
            ("2.00", json!(2.0)),
            ("0.00", json!(0.0)),
            ("1e300", json!(1e300)),
            ("0.30000000000000004", json!(0.30000000000000004)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("1000000000000000000000", json!(1e21)),
        ] {
            assert_eq!(told(text), number, "{text}");
        }
    }

    #[test]
    fn numbers_of_more_digits_are_their_text() {
        for text in [
            "0.10000000000000001",
            "12345678901234567.8",
            "-18446744073709551617",
            "1e400",
        ] {
            assert_eq!(told(text), json!(text));
        }
    }

    #[test]
    fn what_numbers_stand_in_is_as_it_was() {
        assert_eq!(
            told(r#"{"b": [1.10, null, "1.10", true], "a": {"c": 0.10000000000000001}}"#),
            json!({"b": [1.1, null, "1.10", true], "a": {"c": "0.10000000000000001"}})
        );
    }
}
