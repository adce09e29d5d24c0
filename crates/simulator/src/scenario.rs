//! Playing a page: row by row, in one world, and telling what came of each.

use crate::page::{Fault, Page, Row};
use crate::telling::{self, Light};
use crate::vocabulary::{self, Context, Deed, Doing};
use crate::words::Words;
use crate::world::{Came, Change, Drafted, Registered, World};
use crate::{page, people};
use casework::{Act, Actor, Case, CaseNo, Event, Holder, Moment};
use jiff::civil::Date;
use rulebook::Rulebook;

/// Where the premises of a scenario lie: 杭州道街道, inside no zone.
const AREA: &str = "120116005";

/// What a page is played with.
pub struct Script<'a> {
    pub rules: &'a Rulebook,
    /// The text of the calendar, which a scenario may add to.
    pub calendar: &'a str,
}

/// Plays a page and says what came of each row.
pub async fn play(page: &Page, script: &Script<'_>, world: &mut impl World) -> Result<Vec<String>, Fault> {
    let mut stage =
        Stage { script, world, calendar: script.calendar.to_owned(), numbers: Vec::new(), told: Vec::new(), lights: Vec::new() };
    let mut thens = Vec::new();
    for row in &page.rows {
        let then = stage.row(row).await.map_err(|message| page.fault(row, message))?;
        thens.push(then);
    }
    let last = &page.rows[page.rows.len() - 1];
    let checked = stage.world.check().await;
    checked.map_err(|message| page.fault(last, format!("（{}）{message}", stage.world.name())))?;
    Ok(thens)
}

/// Whether two tellings are the same, however their punctuation was typed.
pub fn same(one: &str, other: &str) -> bool {
    page::full_width(one) == page::full_width(other)
}

struct Stage<'a, W> {
    script: &'a Script<'a>,
    world: &'a mut W,
    calendar: String,
    /// The cases in the order of their births: those that were applied for, and the parts of bundles as they begin.
    numbers: Vec<CaseNo>,
    /// For each case the version it had after each row, with the moment.
    told: Vec<Vec<(Moment, u64)>>,
    lights: Vec<Light>,
}

impl<W: World> Stage<'_, W> {
    async fn row(&mut self, row: &Row) -> Result<String, String> {
        let (now, today) = (Moment::at(row.at), row.at.date());
        self.world.set_clock(now).await?;
        let mut words = Words::new(&row.what, today.year());
        let (number, seen_at) = vocabulary::prefix(&mut words);
        let mut number = number.unwrap_or(self.told.len());
        if number > self.told.len() {
            return Err(format!("还没有第{number}件"));
        }
        let mut before = self.case(number).await?;
        let context = Context { rules: self.script.rules, today, case: &before, who: &row.who, area: AREA };
        let act = match vocabulary::doing(&mut words, &context)? {
            Doing::Draft(deed) => return self.draft(number, row, &deed).await,
            Doing::Look => None,
            Doing::Act(act) => Some(*act),
            Doing::Announce { holidays, workdays } => {
                self.announce(holidays, &workdays).await?;
                None
            }
            Doing::Register { name, legal, status } => {
                let (_, holder) = people::applicant(&row.who);
                let Holder::Firm(code) = holder else { return Err("这里应由有企业的申请人登记".into()) };
                self.world.register(&Registered { code, name, legal, status }).await?;
                return Ok("登记库已更新".into());
            }
            Doing::Connect(partner) => {
                self.world.connect(&partner).await?;
                return Ok("已接通".into());
            }
            Doing::Change { item, change } => {
                self.world.change_item(&item, &change).await?;
                return Ok(match change {
                    Change::Closed { .. } => "不再接受新的申请",
                    Change::OffList => "清单上不再有它",
                    Change::Limited(_) => "名额有限",
                }
                .into());
            }
        };
        if let Some(Act::Submit(submission)) = &act {
            number = self.enter(case_no(self.told.len() + 1));
            before = Case::unborn(self.numbers[number - 1].clone());
            let agency = submission.agency.clone();
            self.world.hire(people::CAST.iter().map(|person| person.officer(&agency)).collect()).await?;
        }
        let came = match &act {
            None => {
                self.world.look().await?;
                Came::Done
            }
            Some(act) => {
                let first = self.told.first().and_then(|_| self.told.get(number.saturating_sub(1)));
                let seen = match seen_at {
                    None => None,
                    Some((hour, minute)) => {
                        let at = Moment::at(today.at(hour, minute, 0, 0));
                        let seen = first.and_then(|told| told.iter().rev().find(|(told, _)| *told <= at));
                        Some(seen.ok_or("那时还没有这件办件")?.1)
                    }
                };
                let home = self.case(1).await?.agency;
                let deciding = match act {
                    Act::Submit(submission) => submission.agency.as_str(),
                    // People keep the body they work for when a matter is sent to another.
                    _ if before.procedure == "unresolved" => home.as_str(),
                    _ => before.agency.as_str(),
                };
                let partner =
                    before.leg.as_ref().filter(|_| row.who == "对接系统").map(|leg| Actor::Partner(leg.partner.clone()));
                let mut by =
                    partner.or_else(|| people::actor(&row.who, deciding)).ok_or_else(|| format!("剧中没有“{}”", row.who))?;
                // Whoever applied for a bundle stands for the firm that a part of it has brought into being.
                if let (Actor::Applicant { holder, .. }, Some(own), Some(_)) = (&mut by, &before.holder, &before.parent) {
                    holder.clone_from(own);
                }
                let no = self.no(number);
                self.world.perform(&no, act, &by, seen).await?
            }
        };
        let then = match came {
            Came::Refused(refusal) => {
                if matches!(act, Some(Act::Submit(_))) {
                    self.numbers.pop();
                    self.told.pop();
                    self.lights.pop();
                }
                return Ok(telling::refused(&refusal));
            }
            Came::Overtaken => return Ok("不可以：他人已先办理，请看新的情形再定".into()),
            Came::Done => self.then(number, &before, act.is_none(), now).await?,
        };
        Ok(then)
    }

    /// Something before an application is sent. What it makes, or changes, is told as of any other row.
    async fn draft(&mut self, number: usize, row: &Row, deed: &Deed) -> Result<String, String> {
        if let Deed::Begin { agency, .. } = deed {
            self.world.hire(people::CAST.iter().map(|person| person.officer(agency)).collect()).await?;
        }
        let mut before = self.case(number).await?;
        match self.world.draft(&row.who, deed, &before.no).await? {
            Drafted::Told(told) => Ok(page::full_width(&told)),
            Drafted::Refused(refusal) => Ok(telling::refused(&refusal)),
            Drafted::Sent(no) => {
                let number = match self.numbers.iter().position(|known| *known == no) {
                    Some(place) => place + 1,
                    None => {
                        before = Case::unborn(no.clone());
                        self.enter(no)
                    }
                };
                self.then(number, &before, false, Moment::at(row.at)).await
            }
        }
    }

    /// Tells what happened to the case in question, and to others if time moved them.
    async fn then(&mut self, number: usize, before: &Case, by_itself: bool, now: Moment) -> Result<String, String> {
        let mut told = Vec::new();
        self.find_parts().await?;
        for other in 1..=self.told.len() {
            let last = self.told[other - 1].last().map_or(0, |(_, version)| *version);
            let records = self.world.records(&self.numbers[other - 1]).await?;
            let since: Vec<_> = records.iter().filter(|record| record.version > last).cloned().collect();
            let after = Case::from_records(self.numbers[other - 1].clone(), &records);
            let was = if other == number {
                before.clone()
            } else {
                Case::from_records(self.numbers[other - 1].clone(), records.iter().filter(|r| r.version <= last))
            };
            let light = telling::light(&after, now.day());
            let mut words = if since.is_empty() && (other != number || by_itself) {
                String::new()
            } else {
                telling::happened(&was, &after, &since, self.script.rules, by_itself, &self.numbers)
            };
            if light == Light::Yellow && self.lights[other - 1] == Light::Green {
                words = if words.is_empty() { "黄灯".into() } else { format!("{words}；黄灯") };
            }
            self.lights[other - 1] = light;
            self.told[other - 1].push((now, after.version));
            if !words.is_empty() {
                told.push((other, words));
            }
        }
        Ok(match told.as_slice() {
            [] => telling::NOTHING.to_owned(),
            [(only, words)] if *only == number => words.clone(),
            several => several.iter().map(|(other, words)| format!("第{other}件：{words}")).collect::<Vec<_>>().join("。"),
        })
    }

    /// The number of a case by its place; before the first application that of the first.
    fn no(&self, number: usize) -> CaseNo {
        number.checked_sub(1).and_then(|place| self.numbers.get(place)).cloned().unwrap_or_else(|| case_no(number))
    }

    /// A case was born; gives its place, from 1.
    fn enter(&mut self, no: CaseNo) -> usize {
        self.numbers.push(no);
        self.told.push(Vec::new());
        self.lights.push(Light::Green);
        self.numbers.len()
    }

    /// Parts of bundles that have begun since.
    async fn find_parts(&mut self) -> Result<(), String> {
        let mut begun = Vec::new();
        for no in &self.numbers {
            begun.extend(self.world.records(no).await?.into_iter().filter_map(|record| match record.event {
                Event::ComponentOpened { case, .. } => Some(case),
                _ => None,
            }));
        }
        for case in begun {
            if !self.numbers.contains(&case) {
                self.enter(case);
            }
        }
        Ok(())
    }

    async fn case(&self, number: usize) -> Result<Case, String> {
        let no = self.no(number);
        let records = self.world.records(&no).await?;
        Ok(Case::from_records(no, &records))
    }

    /// A new notice: the calendar with more days, a higher version and a later end.
    async fn announce(&mut self, holidays: (Date, Date), workdays: &[Date]) -> Result<(), String> {
        let version = 1 + self
            .calendar
            .lines()
            .find_map(|line| line.strip_prefix("# version:")?.trim().parse::<u32>().ok())
            .ok_or("日历没有版本号")?;
        let (year, until) = (holidays.0.year(), format!("# known-until: {}-12-31", holidays.1.year()));
        let mut text: Vec<String> = Vec::new();
        for line in self.calendar.lines() {
            text.push(match line {
                line if line.starts_with("# version:") => format!("# version: {version}"),
                line if line.starts_with("# known-until:") => until.clone(),
                line => line.to_owned(),
            });
        }
        let mut day = holidays.0;
        while day <= holidays.1 {
            text.push(format!("{day},holiday,节日（示例）,holiday (example),{year}"));
            day = day.tomorrow().map_err(|fault| fault.to_string())?;
        }
        text.extend(workdays.iter().map(|day| format!("{day},workday,节日（示例）,holiday (example),{year}")));
        self.calendar = text.join("\n") + "\n";
        self.world.import_calendar(self.calendar.clone()).await
    }
}

pub(crate) fn case_no(number: usize) -> CaseNo {
    CaseNo(format!("S{number:04}"))
}
