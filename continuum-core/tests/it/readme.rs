//! The Rust blocks of README are lines of the quickstart.

use std::fs;
use std::path::Path;

#[test]
fn every_rust_block_of_readme_is_in_the_quickstart() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(package.join("../README.md")).unwrap();
    let sources: Vec<String> = fs::read_dir(package.join("examples/quickstart/src"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let blocks = rust_blocks(&readme);
    assert!(!blocks.is_empty());
    for block in blocks {
        assert!(
            sources.iter().any(|source| has(source, &block)),
            "README says what examples/quickstart does not:\n{}",
            block.join("\n")
        );
    }
}

/// The lines of each block that begins with "```rust".
fn rust_blocks(markdown: &str) -> Vec<Vec<&str>> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```rust") {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
        }
    }
    blocks
}

/// Whether these lines stand together in the source, however far they are indented.
fn has(source: &str, block: &[&str]) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    lines
        .windows(block.len())
        .any(|window| dedented(window) == block)
}

fn dedented<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let least = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    lines
        .iter()
        .map(|line| line.get(least..).unwrap_or_default())
        .collect()
}

#[test]
fn lines_are_found_however_far_they_are_indented() {
    let source = "fn main() {\n    a(\n        b,\n\n    );\n}\n";
    assert!(has(source, &["a(", "    b,", "", ");"]));
    assert!(!has(source, &["a(", "b,", "", ");"]));
}
