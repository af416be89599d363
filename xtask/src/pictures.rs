//! `cargo xtask pictures`: the live screen as SVG for the README, from a real run in a new course.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use fs_err as fs;
use tempfile::tempdir;
use vt100::{Cell, Color, Screen};

use crate::runner::{init, release_build};
use crate::session::Session;

/// Where the README looks for them.
const FOLDER: &str = "pictures";

/// Passed before the pictures are taken.
const SOLVED: [&str; 7] = [
    "01_http/warmup_async",
    "01_http/warmup_oneshot",
    "01_http/http_request_line",
    "01_http/http_headers",
    "01_http/http_body_framing",
    "01_http/http_status_codes",
    "02_routing/route_path_params",
];

/// The exercise in the picture, and what its first failing test says.
const EXERCISE: &str = "02_routing/route_query_limits";
const FAILURE: &str = "got       400 Bad Request";

/// In the one after it.
const NEXT_FAILURE: &str = "next:";

pub(crate) fn draw(repository: &Path) -> Result<()> {
    let runner = release_build(repository)?;
    let folder = tempdir()?;
    let course = init(&runner, &folder.path().join("backendlings"))?;
    for exercise in SOLVED {
        solve(repository, &course, exercise)?;
    }
    // Some fail: it is not done.
    Command::new(&runner).arg("check-all").current_dir(&course).stdout(Stdio::null()).status()?;
    let mut session = Session::start(&runner, &course, "always", &[])?;
    // A save brings its exercise to the screen.
    let file = course.join("exercises").join(EXERCISE).join("src/main.rs");
    fs::write(&file, fs::read_to_string(&file)? + "\n")?;
    session.wait_for(FAILURE)?;
    draw_screen(repository, "failing", &mut session)?;
    solve(repository, &course, EXERCISE)?;
    session.wait_for(NEXT_FAILURE)?;
    session.wait_for("other test")?;
    draw_screen(repository, "passing", &mut session)?;
    session.press("l")?;
    session.wait_for("Enter")?;
    draw_screen(repository, "list", &mut session)
}

/// Puts the reference in the place of the learner's file.
fn solve(repository: &Path, course: &Path, exercise: &str) -> Result<()> {
    let file = Path::new(exercise).join("src/main.rs");
    let solved = fs::read(repository.join("solutions").join(&file))?;
    Ok(fs::write(course.join("exercises").join(file), solved)?)
}

fn draw_screen(repository: &Path, name: &str, session: &mut Session) -> Result<()> {
    session.settle();
    let file = repository.join(FOLDER).join(format!("{name}.svg"));
    fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
    fs::write(&file, svg(session.screen())?)?;
    println!("{}", file.strip_prefix(repository)?.display());
    Ok(())
}

const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 20;
const MARGIN: usize = 16;
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d7dae0";
const FAINT: &str = "#8b919c";

/// The sixteen colours of a terminal.
const COLORS: [&str; 16] = [
    "#3b4048", "#f0707a", "#8fcf7a", "#e5c07b", "#6cb6ff", "#c98ae0", "#56c8c8", "#d7dae0", "#6b7280",
    "#ff8a93", "#a8e08f", "#ffd68a", "#8cc8ff", "#dda6f0", "#7adede", "#ffffff",
];

/// The screen as a picture: each run of cells that look the same is one text of a fixed length.
fn svg(screen: &Screen) -> Result<String> {
    let (rows, columns) = screen.size();
    let (width, height) =
        (usize::from(columns) * CELL_WIDTH + 2 * MARGIN, usize::from(rows) * CELL_HEIGHT + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..rows {
        let cells: Vec<_> = (0..columns).filter_map(|column| screen.cell(row, column)).collect();
        let mut column = 0;
        for run in cells.chunk_by(|one, other| look(one) == look(other)) {
            draw_run(&mut svg, run, usize::from(row), column)?;
            column += run.len();
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// Colours of text and ground, as SVG attributes.
fn look(cell: &Cell) -> (String, Option<String>, &'static str) {
    let text = match color(cell.fgcolor()) {
        None if cell.dim() => FAINT.to_owned(),
        None => FOREGROUND.to_owned(),
        Some(color) => color,
    };
    let ground = color(cell.bgcolor());
    let weight = if cell.bold() { " font-weight=\"bold\"" } else { "" };
    if cell.inverse() {
        (ground.unwrap_or_else(|| BACKGROUND.to_owned()), Some(text), weight)
    } else {
        (text, ground, weight)
    }
}

fn color(color: Color) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Idx(index) => COLORS.get(usize::from(index)).map(|color| (*color).to_owned()),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}

fn draw_run(svg: &mut String, run: &[&Cell], row: usize, column: usize) -> Result<()> {
    let (x, y, width) = (MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT, run.len() * CELL_WIDTH);
    let (color, ground, weight) = look(run[0]);
    if let Some(ground) = ground {
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{CELL_HEIGHT}\" fill=\"{ground}\"/>"
        )?;
    }
    let shown = run.iter().filter(|cell| !cell.is_wide_continuation());
    let text: String = shown.map(|cell| if cell.has_contents() { cell.contents() } else { " " }).collect();
    let (before, words) = (text.len() - text.trim_start().len(), text.trim());
    if words.is_empty() {
        return Ok(());
    }
    let (x, y) = (x + before * CELL_WIDTH, y + CELL_HEIGHT - 5);
    let words_width = (run.len() - before - (text.len() - before - words.len())) * CELL_WIDTH;
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{words_width}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{color}\"{weight} xml:space=\"preserve\">{words}</text>"
    )?;
    Ok(())
}
