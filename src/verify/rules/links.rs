//! `links`: a link that leads nowhere sends a learner away from the one page that should help. Only those within the course
//! are judged; the network is not asked.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Fault, Material, Rule};
use crate::course::EXERCISES;

pub(super) struct Links;

impl Rule for Links {
    fn id(&self) -> &'static str {
        "links"
    }

    fn subject(&self) -> &'static str {
        "the links in its READMEs lead somewhere"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let is_markdown = |path: &&PathBuf| path.extension().is_some_and(|end| end == "md");
        let folder = material.exercise.folder();
        let mut pages: Vec<_> =
            material.starter.keys().filter(is_markdown).map(|path| folder.join(path)).collect();
        if material.is_first_of_chapter() {
            pages.push(Path::new(EXERCISES).join(&material.exercise.dir).join("README.md"));
        }
        let root = &material.course.root;
        pages.retain(|page| root.join(page).is_file());
        if pages.is_empty() {
            return None;
        }
        let mut faults = Vec::new();
        for page in pages {
            let text = fs::read_to_string(root.join(&page)).unwrap_or_default();
            let from = page.parent().unwrap_or(Path::new(""));
            let broken =
                links(&text).into_iter().filter(|(_, target)| !root.join(from).join(target).exists());
            for (line, target) in broken {
                let what = format!(
                    "the link leads nowhere: {target}\n  help: write the path relative to {}, or take the link out",
                    from.display()
                );
                faults.push(Fault::new(&page, line, what));
            }
        }
        Some(faults)
    }
}

/// The relative targets of `[text](target)` and `[text]: target` with their lines; what is shown as code links nowhere.
fn links(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut fenced) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.starts_with("    ") {
            continue;
        }
        // Every second piece is between backticks.
        let line: String = line.split('`').step_by(2).collect();
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let reference = line.starts_with('[').then(|| line.split_once("]: ")).flatten().map(|(_, to)| to);
        for target in inline.chain(reference) {
            let target = target.split([' ', '#']).next().unwrap_or_default().trim_matches(['<', '>']);
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push((number + 1, target.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_found_with_their_lines() {
        let text = "[a](one/two.md#part), [b](https://example.com) `[c](code)` [d](#here)\n```\n[e](code)\n```\n\
                    [f]: three.md \"title\"\n\n    [g](code)\n[h](mailto:a@example.com) ![i](four.png)\n";
        let found = [(1, "one/two.md"), (5, "three.md"), (8, "four.png")];
        assert_eq!(links(text), found.map(|(line, target)| (line, target.to_owned())));
    }
}
