//! Which reports somebody asked for, `FORMAT[:FILE]`, and whether their places can hold them.

use std::collections::HashSet;
use std::env;
use std::path::PathBuf;

/// One file beside this one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
    Junit,
    Github,
}

/// A report and the file that it is for; none is standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

impl Wanted {
    /// What was written after each `--report`. Without any it is text for people and, where GitHub runs it,
    /// annotations. The error says what to write instead.
    pub fn read(written: &[String]) -> Result<Vec<Self>, String> {
        Self::read_where(written, env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"))
    }

    fn read_where(written: &[String], is_github: bool) -> Result<Vec<Self>, String> {
        if written.is_empty() {
            let formats = [Some(Format::Human), is_github.then_some(Format::Github)];
            return Ok(formats.into_iter().flatten().map(|format| Self { format, file: None }).collect());
        }
        let wanted: Vec<_> = written.iter().map(|written| Self::parse(written)).collect::<Result<_, _>>()?;
        check_places(&wanted)?;
        Ok(wanted)
    }

    fn parse(written: &str) -> Result<Self, String> {
        let (format, file) =
            written.split_once(':').map_or((written, None), |(format, file)| (format, Some(file)));
        if file == Some("") {
            return Err(format!(
                "`{written}` names no file\n  help: without the colon it is standard output"
            ));
        }
        let format = match format {
            "human" => Format::Human,
            "json" => Format::Json,
            "junit" => Format::Junit,
            "github" => Format::Github,
            _ => {
                let help = "human, json, junit or github; `junit:FILE` writes it into a file";
                return Err(format!("there is no report `{format}`\n  help: {help}"));
            }
        };
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

/// Two reports in one file make neither; only GitHub's lines and text for people can share standard output.
fn check_places(wanted: &[Wanted]) -> Result<(), String> {
    let mut files = HashSet::new();
    if let Some(file) =
        wanted.iter().filter_map(|wanted| wanted.file.as_ref()).find(|file| !files.insert(*file))
    {
        return Err(format!("two reports go to {}\n  help: give each its own file", file.display()));
    }
    let on_stdout = || wanted.iter().filter(|wanted| wanted.file.is_none()).map(|wanted| wanted.format);
    let is_for_machines = |format| matches!(format, Format::Json | Format::Junit);
    let is_twice = on_stdout().any(|format| on_stdout().filter(|other| *other == format).count() > 1);
    if is_twice || (on_stdout().any(is_for_machines) && on_stdout().count() > 1) {
        return Err(
            "two reports cannot share standard output, but for human and github\n  help: give one a file, \
                    such as `--report junit:junit.xml`"
                .to_owned(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str, is_github: bool) -> Result<Vec<(Format, Option<PathBuf>)>, String> {
        let written: Vec<_> = written.split_whitespace().map(str::to_owned).collect();
        let wanted = Wanted::read_where(&written, is_github)?;
        Ok(wanted.into_iter().map(|wanted| (wanted.format, wanted.file)).collect())
    }

    #[test]
    fn several_are_read_in_their_order() {
        let read_one = read("human junit:a/b.xml json:C:d github", false);
        let expected = [
            (Format::Human, None),
            (Format::Junit, Some("a/b.xml".into())),
            (Format::Json, Some("C:d".into())),
            (Format::Github, None),
        ];
        assert_eq!(read_one.unwrap(), expected);
    }

    #[test]
    fn unasked_people_are_served_and_github_is() {
        assert_eq!(read("", false).unwrap(), [(Format::Human, None)]);
        assert_eq!(read("", true).unwrap(), [(Format::Human, None), (Format::Github, None)]);
        assert_eq!(read("json", true).unwrap(), [(Format::Json, None)]);
    }

    #[test]
    fn what_cannot_be_is_refused_with_help() {
        for wrong in ["yaml", "junit:", "json junit", "human json", "human human", "json:a junit:a"] {
            let refused = read(wrong, false).unwrap_err();
            assert!(refused.contains("\n  help: "), "{wrong}: {refused}");
        }
    }
}
