//! `cargo xtask schemas`: the JSON Schemas of info.toml and check.toml, from the types that read them.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use backendlings::{course, verify};
use fs_err as fs;

/// The files below the repository's root with what they should hold.
fn schemas(root: &Path) -> anyhow::Result<[(PathBuf, String); 2]> {
    let text = |schema| Ok::<_, serde_json::Error>(format!("{}\n", serde_json::to_string_pretty(&schema)?));
    let folder = root.join("schemas");
    Ok([
        (folder.join("info.schema.json"), text(course::info_schema())?),
        (folder.join("check.schema.json"), text(verify::check_schema())?),
    ])
}

pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(root.join("schemas"))?;
    for (file, schema) in schemas(root)? {
        fs::write(file, schema)?;
    }
    Ok(())
}

pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    for (file, schema) in schemas(root)? {
        ensure!(
            fs::read_to_string(&file).is_ok_and(|written| written == schema),
            "{} is not what this source says\n  help: cargo xtask schemas",
            file.strip_prefix(root)?.display()
        );
    }
    Ok(())
}
