//! The learner's editor, opened at a file.
//!
//! In VS Code's own terminal that is the window around it; elsewhere what `VISUAL` or `EDITOR` names. An editor in the
//! terminal stays in the runner's process group, as a shell's child would: Ctrl-Z stops both, and a closed terminal ends
//! both. One with a window of its own is left alone.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use fs_err as fs;

/// Editors that share VS Code's command line.
const CODE: [&str; 5] = ["code", "code-insiders", "codium", "cursor", "windsurf"];
/// Others with windows of their own.
const WINDOWS: [&str; 14] = [
    "subl",
    "zed",
    "mate",
    "gedit",
    "gnome-text-editor",
    "kate",
    "kwrite",
    "xed",
    "mousepad",
    "gvim",
    "mvim",
    "idea",
    "rustrover",
    "clion",
];
/// Those that know `+12 FILE`.
const PLUS: [&str; 13] = [
    "vi",
    "vim",
    "nvim",
    "gvim",
    "mvim",
    "nano",
    "emacs",
    "emacsclient",
    "micro",
    "kak",
    "joe",
    "mg",
    "gedit",
];
/// Those that know `FILE:12`.
const COLON: [&str; 4] = ["hx", "helix", "zed", "subl"];

/// A command line that opens a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// For the shell: `VISUAL` and `EDITOR` may have arguments and quotes.
    command: String,
    arguments: Vec<String>,
    /// It needs the terminal until it ends.
    pub takes_terminal: bool,
}

impl Editor {
    /// The editor of this process's environment, opening `file`, at the line if one is known.
    pub fn find(file: &Path, line: Option<usize>) -> Option<Self> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let paths = env::var_os("PATH").unwrap_or_default();
        let is_installed = |name: &str| {
            env::split_paths(&paths)
                .any(|folder| fs::metadata(folder.join(name)).is_ok_and(|found| found.is_file()))
        };
        Self::choose(variable, is_installed, file, line)
    }

    fn choose(
        variable: impl Fn(&str) -> Option<String>,
        is_installed: impl Fn(&str) -> bool,
        file: &Path,
        line: Option<usize>,
    ) -> Option<Self> {
        let is_in_code = variable("TERM_PROGRAM").is_some_and(|program| program == "vscode");
        let code = CODE.into_iter().find(|name| is_in_code && is_installed(name)).map(str::to_owned);
        let command = code.or_else(|| variable("VISUAL")).or_else(|| variable("EDITOR"))?;
        let program = command.split_whitespace().next().unwrap_or_default();
        let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is = |known: &[&str]| known.contains(&name.as_str());
        let path = file.display().to_string();
        let at = |line| format!("{path}:{line}");
        if is(&CODE) {
            // Its window that is open, and not waited for, whatever the variable says.
            let place = line.map_or_else(|| path.clone(), at);
            let arguments = vec!["-r".to_owned(), "-g".to_owned(), place];
            return Some(Self { command: program.to_owned(), arguments, takes_terminal: false });
        }
        let arguments = match line {
            Some(line) if is(&PLUS) => vec![format!("+{line}"), path],
            Some(line) if is(&COLON) => vec![at(line)],
            _ => vec![path],
        };
        let takes_terminal = !is(&WINDOWS);
        Some(Self { command, arguments, takes_terminal })
    }

    /// Starts it, and tells when it has ended or why it could not work. `folder` is where it works.
    pub fn open(
        &self,
        folder: &Path,
        ended: impl FnOnce(Result<(), String>) + Send + 'static,
    ) -> io::Result<()> {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec {} \"$@\"", self.command), &self.command]);
        command.args(&self.arguments).current_dir(folder);
        if !self.takes_terminal {
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        }
        let mut child = command.spawn()?;
        let name = self.command.clone();
        thread::Builder::new().name("editor".into()).spawn(move || {
            ended(match child.wait() {
                Ok(status) if status.success() => Ok(()),
                Ok(status) => {
                    Err(format!("`{name}` ended with {status}; VISUAL or EDITOR names your editor"))
                }
                Err(error) => Err(format!("`{name}` could not be waited for: {error}")),
            });
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Environment = &'static [(&'static str, &'static str)];

    fn chosen(environment: Environment, line: Option<usize>) -> Option<(String, bool)> {
        let variable = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let is_installed =
            |name: &str| environment.iter().any(|(known, value)| *known == "PATH" && *value == name);
        let editor = Editor::choose(variable, is_installed, Path::new("/c/main.rs"), line)?;
        Some((format!("{} {}", editor.command, editor.arguments.join(" ")), editor.takes_terminal))
    }

    #[test]
    fn the_environment_says_which_editor_and_the_editor_how_a_line_is_said() {
        let rows: [(Environment, Option<usize>, &str, bool); 10] = [
            (&[("EDITOR", "vim")], Some(3), "vim +3 /c/main.rs", true),
            (&[("VISUAL", "nano -l"), ("EDITOR", "vim")], None, "nano -l /c/main.rs", true),
            (&[("EDITOR", "/usr/bin/hx")], Some(3), "/usr/bin/hx /c/main.rs:3", true),
            (&[("EDITOR", "ours")], Some(3), "ours /c/main.rs", true),
            (&[("VISUAL", "code --wait")], Some(3), "code -r -g /c/main.rs:3", false),
            (&[("VISUAL", "code -w")], None, "code -r -g /c/main.rs", false),
            (&[("EDITOR", "subl")], Some(3), "subl /c/main.rs:3", false),
            (
                &[("TERM_PROGRAM", "vscode"), ("PATH", "code"), ("EDITOR", "vim")],
                Some(3),
                "code -r -g /c/main.rs:3",
                false,
            ),
            (&[("TERM_PROGRAM", "vscode"), ("EDITOR", "vim")], None, "vim /c/main.rs", true),
            (&[("TERM_PROGRAM", "vscode"), ("PATH", "cursor")], None, "cursor -r -g /c/main.rs", false),
        ];
        for (environment, line, expected, takes_terminal) in rows {
            assert_eq!(
                chosen(environment, line),
                Some((expected.to_owned(), takes_terminal)),
                "{environment:?}"
            );
        }
        assert_eq!(chosen(&[], Some(3)), None);
        assert_eq!(chosen(&[("TERM_PROGRAM", "vscode")], None), None);
    }
}
