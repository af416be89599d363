//! Stands in for the hospital's server while `main` runs. Of both keys the halves that should be private are printed in
//! RFC 8032, section 7.1: use them for nothing else.

pub fn get(path: &str) -> Option<String> {
    let key = r#"{"kty":"OKP","crv":"Ed25519","kid":"rfc8032-1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let cat = r#"{"kty":"OKP","crv":"Ed25519","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#;
    match path {
        "/jwks.json" => Some(format!(r#"{{"keys":[{key}]}}"#)),
        "/keys/rfc8032-1.json" => Some(key.to_owned()),
        "/keys/../uploads/cat.json" => Some(cat.to_owned()),
        _ => None,
    }
}
