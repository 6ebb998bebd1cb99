//! A notice as HTML: everything is escaped, tables are tables, and the only link is the one that the host gave.

use super::grid::Grid;
use super::notice::Block;
use alloc::string::String;

/// Adds a text, with what HTML reads as its own escaped.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>\n"),
            c => out.push(c),
        }
    }
}

/// Adds a text in which the link of the host can be followed.
fn linked(text: &str, link: &str, out: &mut String) {
    for (at, part) in text.split(if link.is_empty() { "\0" } else { link }).enumerate() {
        if at > 0 {
            out.push_str("<a href=\"");
            escape(link, out);
            out.push_str("\">");
            escape(link, out);
            out.push_str("</a>");
        }
        escape(part, out);
    }
}

fn row(cells: &[String], head: &[(String, bool)], tag: &str, out: &mut String) {
    out.push_str("<tr>");
    for (cell, (_, number)) in cells.iter().zip(head) {
        let align = if *number { "right" } else { "left" };
        for part in ["<", tag, " align=\"", align, "\">"] {
            out.push_str(part);
        }
        escape(cell, out);
        for part in ["</", tag, ">"] {
            out.push_str(part);
        }
    }
    out.push_str("</tr>\n");
}

fn table(grid: &Grid, out: &mut String) {
    out.push_str("<table border=\"1\" cellpadding=\"4\" cellspacing=\"0\">\n");
    out.push_str("<tr>");
    for (cell, number) in &grid.head {
        out.push_str(if *number { "<th align=\"right\">" } else { "<th align=\"left\">" });
        escape(cell, out);
        out.push_str("</th>");
    }
    out.push_str("</tr>\n");
    grid.rows.iter().for_each(|cells| row(cells, &grid.head, "td", out));
    grid.sums.iter().for_each(|cells| row(cells, &grid.head, "th", out));
    out.push_str("</table>\n");
}

/// The document.
pub(super) fn document(blocks: &[Block], subject: &str, language: &str, link: &str) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"");
    out.push_str(language);
    out.push_str("\">\n<head><meta charset=\"utf-8\"><title>");
    escape(subject, &mut out);
    out.push_str("</title></head>\n<body>\n");
    for block in blocks {
        match block {
            Block::Table(grid) => table(grid, &mut out),
            Block::Text(text) => {
                for paragraph in text.split("\n\n") {
                    out.push_str("<p>");
                    linked(paragraph, link, &mut out);
                    out.push_str("</p>\n");
                }
            }
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}
