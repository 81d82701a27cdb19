//! The ratios to the unversioned table as bars: a row of panels for each engine, a panel for each
//! workload.

use crate::contender::Subject;
use crate::measure::{Measured, ratio};
use crate::report::{WORKLOADS, arenas};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::path::Path;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const PANEL: (u32, u32) = (190, 230);
const LEGEND: u32 = 40;
const COLOURS: [RGBColor; 6] = [
    RGBColor(150, 150, 150),
    RGBColor(158, 202, 225),
    RGBColor(33, 113, 181),
    RGBColor(253, 190, 133),
    RGBColor(217, 71, 1),
    RGBColor(116, 196, 118),
];

pub fn draw(measured: &Measured, path: &Path) -> Result<(), Box<dyn Error>> {
    let arenas = arenas(measured);
    if arenas.is_empty() {
        return Ok(());
    }
    let size = (
        PANEL.0 * WORKLOADS.len() as u32,
        LEGEND + PANEL.1 * arenas.len() as u32,
    );
    let root = SVGBackend::new(path, size).into_drawing_area();
    root.fill(&WHITE)?;
    let (top, panels) = root.split_vertically(LEGEND);
    legend(&top)?;
    let panels = panels.split_evenly((arenas.len(), WORKLOADS.len()));
    for (at, area) in panels.iter().enumerate() {
        let arena = arenas[at / WORKLOADS.len()];
        panel(area, measured, arena, WORKLOADS[at % WORKLOADS.len()])?;
    }
    root.present()?;
    Ok(())
}

fn legend(area: &Area<'_>) -> Result<(), Box<dyn Error>> {
    for (at, subject) in Subject::ALL.into_iter().enumerate() {
        let left = 20 + 185 * at as i32;
        let square = Rectangle::new([(left, 14), (left + 12, 26)], COLOURS[at].filled());
        area.draw(&square)?;
        area.draw(&Text::new(
            subject.name(),
            (left + 18, 14),
            ("sans-serif", 13),
        ))?;
    }
    Ok(())
}

fn panel(
    area: &Area<'_>,
    measured: &Measured,
    arena: &str,
    workload: &str,
) -> Result<(), Box<dyn Error>> {
    let Some(base) = measured.find(arena, workload, Subject::Unversioned) else {
        return Ok(());
    };
    let bars: Vec<Option<f64>> = Subject::ALL
        .into_iter()
        .map(|subject| {
            let series = measured.find(arena, workload, subject);
            series.map(|series| ratio(&series.costs, &base.costs).cpu)
        })
        .collect();
    let highest = bars.iter().flatten().copied().fold(1.0, f64::max);
    let (width, height) = (PANEL.0 as i32, PANEL.1 as i32);
    let (floor, ceiling) = (height - 20, 58);
    let text = |words: &str, at: (i32, i32), size: i32| {
        let style = TextStyle::from(("sans-serif", size).into_font())
            .pos(Pos::new(HPos::Center, VPos::Bottom));
        Text::new(words.to_owned(), at, style)
    };
    area.draw(&text(arena, (width / 2, 20), 13))?;
    area.draw(&text(workload, (width / 2, 36), 12))?;
    for (at, bar) in bars.into_iter().enumerate() {
        let Some(bar) = bar else {
            continue;
        };
        let left = 12 + 28 * at as i32;
        let top = floor - (bar / highest * f64::from(floor - ceiling)) as i32;
        area.draw(&Rectangle::new(
            [(left, top), (left + 23, floor)],
            COLOURS[at].filled(),
        ))?;
        area.draw(&text(&format!("{bar:.1}"), (left + 11, top - 2), 12))?;
    }
    Ok(())
}
