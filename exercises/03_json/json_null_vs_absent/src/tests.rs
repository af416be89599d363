use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::{Client, any, random_name};

use super::{Patient, app};

#[test]
fn a_field_that_is_left_out_stays_as_it_is() {
    for field in ["name", "email", "phone", "allergies"] {
        let mut patient = patient();
        let (path, clinic) = clinic(&patient);
        let value = random_name("something new");
        let reply = clinic.patch(&path, &json!({ field: value })).is_ok().is_json();
        patient[field] = value.into();
        drop(reply.has("", patient.clone()));
        clinic.get(&path).is_ok().has("", patient);
    }
}

#[test]
fn an_empty_patch_changes_nothing() {
    let without =
        json!({ "name": "Ben", "email": "b@example.com", "phone": null, "allergies": null });
    for patient in [patient(), without] {
        let (path, clinic) = clinic(&patient);
        let reply = clinic.patch(&path, &json!({})).is_ok().has("", patient.clone());
        clinic.after(&reply).get(&path).is_ok().has("", patient);
    }
}

#[test]
fn null_clears_a_field() {
    for field in ["phone", "allergies"] {
        let mut patient = patient();
        let (path, clinic) = clinic(&patient);
        let reply = clinic.patch(&path, &json!({ field: null })).is_ok();
        patient[field] = Value::Null;
        let reply = reply.has("", patient.clone());
        clinic.after(&reply).get(&path).is_ok().has("", patient.clone());
        // And once more, when there is nothing left to clear.
        clinic.patch(&path, &json!({ field: null })).is_ok().has("", patient);
    }
}

#[test]
fn an_empty_text_clears_a_field_too() {
    for field in ["phone", "allergies"] {
        let mut patient = patient();
        let (path, clinic) = clinic(&patient);
        let reply = clinic.patch(&path, &json!({ field: "" })).is_ok();
        patient[field] = Value::Null;
        let reply = reply.has("", patient.clone());
        clinic.after(&reply).get(&path).is_ok().has("", patient);
    }
}

#[test]
fn a_cleared_field_can_be_filled_again() {
    let mut patient = patient();
    let (path, clinic) = clinic(&patient);
    let cleared = json!({ "phone": null, "allergies": "" });
    let reply = clinic.patch(&path, &cleared).is_ok().has("/phone", Value::Null);
    patient["phone"] = random_name("555").into();
    patient["allergies"] = random_name("pollen").into();
    let patch = json!({ "phone": patient["phone"], "allergies": patient["allergies"] });
    drop(clinic.after(&reply).patch(&path, &patch).is_ok().has("", patient.clone()));
    clinic.get(&path).is_ok().has("", patient);
}

#[test]
fn a_patient_always_has_a_name_and_an_email() {
    for field in ["name", "email"] {
        for nothing in [Value::Null, json!("")] {
            let patient = patient();
            let (path, clinic) = clinic(&patient);
            let refused = clinic.patch(&path, &json!({ field: nothing })).has_status(422);
            clinic.after(&refused).get(&path).is_ok().has("", patient);
        }
    }
}

#[test]
fn a_patch_that_is_refused_changes_nothing_at_all() {
    let new = || random_name("something new");
    for patch in [
        json!({ "name": new(), "email": null, "phone": new(), "allergies": new() }),
        json!({ "name": new(), "email": "", "phone": null, "allergies": "" }),
        json!({ "name": null, "email": new(), "phone": new(), "allergies": null }),
        json!({ "name": "", "email": new(), "phone": "", "allergies": new() }),
        json!({ "name": new(), "email": new(), "phone": new(), "allergies": any(1..=99) }),
        json!({ "name": new(), "email": [new()], "phone": new(), "allergies": null }),
    ] {
        let patient = patient();
        let (path, clinic) = clinic(&patient);
        let refused = clinic.patch(&path, &patch).has_status(422);
        clinic.after(&refused).get(&path).is_ok().has("", patient);
    }
}

#[test]
fn all_fields_can_be_changed_at_once() {
    let (path, clinic) = clinic(&patient());
    let patient = patient();
    let reply = clinic.patch(&path, &patient).is_ok().has("", patient.clone());
    clinic.after(&reply).get(&path).is_ok().has("", patient);
}

#[test]
fn a_patient_who_is_not_there_cannot_be_changed() {
    let patient = patient();
    let (path, clinic) = clinic(&patient);
    let reply = clinic.patch("/patients/0", &json!({ "name": random_name("Eve") })).is_not_found();
    drop(clinic.after(&reply).get("/patients/0").is_not_found());
    clinic.get(&path).is_ok().has("", patient);
}

/// A patient with everything, as clients see it.
fn patient() -> Value {
    json!({
        "name": random_name("Ana"),
        "email": format!("ana.{}@example.com", any(1..=9_999)),
        "phone": random_name("555"),
        "allergies": random_name("nuts"),
    })
}

/// The clinic, and where its patient is found.
fn clinic(patient: &Value) -> (String, Client) {
    let text = |field: &str| patient[field].as_str().map(str::to_owned);
    let row = Patient {
        name: text("name").expect("a name"),
        email: text("email").expect("an address"),
        phone: text("phone"),
        allergies: text("allergies"),
    };
    let id = any(1..=9_999);
    (format!("/patients/{id}"), Client::new(app(BTreeMap::from([(id, row)]))))
}
