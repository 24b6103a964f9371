//! How far a download is, from the lines of its task's log: wget's progress in dot style and PVE's own lines around it.
//! Skips every line that it does not know.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DownloadStage {
    /// The server has not answered yet.
    #[default]
    Connecting,
    Receiving,
    /// Everything has arrived; the checksum is calculated.
    Checking,
    /// The file is in its place.
    Finished,
}

/// Unknown values are `None`: a server may not tell the size of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    pub stage: DownloadStage,
    /// Bytes.
    pub total: Option<u64>,
    /// Bytes, to the last full line.
    pub received: u64,
    pub percent: Option<u8>,
    /// As wget writes it, per second: `98.1M`.
    pub rate: Option<String>,
    pub left: Option<Duration>,
}

impl Progress {
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Progress {
        let mut progress = Progress::default();
        for line in lines {
            progress.take(line);
        }
        progress
    }

    /// Reads one more line of the log.
    pub fn take(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("Length: ") {
            let digits = rest.split_whitespace().next().unwrap_or_default();
            self.total = digits.parse().ok();
            self.reach(DownloadStage::Receiving);
        } else if line.starts_with("Saving to: ") {
            self.reach(DownloadStage::Receiving);
        } else if line.starts_with("calculating checksum") {
            self.left = None;
            self.reach(DownloadStage::Checking);
            // The file was there already, and is the right one.
            if line.contains("no need to download") {
                self.reach(DownloadStage::Finished);
            }
        } else if line.starts_with("download of '") && line.ends_with(" finished") {
            self.reach(DownloadStage::Finished);
        } else if let Some(row) = Row::read(line) {
            self.reach(DownloadStage::Receiving);
            self.take_row(row);
        }
    }

    fn reach(&mut self, stage: DownloadStage) {
        self.stage = self.stage.max(stage);
    }

    fn take_row(&mut self, row: Row) {
        self.received = match (row.percent, self.total) {
            (Some(100), Some(total)) => total,
            _ => row.begin.saturating_add(row.dots.saturating_mul(1 << 20)),
        };
        self.percent = row.percent;
        self.rate = row.rate;
        self.left = row.left;
    }
}

/// ` 32768K ........ ........ ........ ........ 41% 98.1M 3s`
struct Row {
    /// Bytes before it.
    begin: u64,
    dots: u64,
    percent: Option<u8>,
    rate: Option<String>,
    left: Option<Duration>,
}

impl Row {
    fn read(line: &str) -> Option<Row> {
        let mut words = line.split_whitespace();
        let begin: u64 = words.next()?.strip_suffix('K')?.parse().ok()?;
        let mut row = Row {
            begin: begin.checked_mul(1024)?,
            dots: 0,
            percent: None,
            rate: None,
            left: None,
        };
        for word in words {
            // The last line says how long it took: `343M=0.02s`.
            let (word, at_end) = match word.split_once('=') {
                Some((rate, _)) => (rate, true),
                None => (word, false),
            };
            if word.bytes().all(|b| matches!(b, b'.' | b',')) {
                row.dots += u64::try_from(word.len()).unwrap_or(0);
            } else if let Some(percent) = word.strip_suffix('%') {
                row.percent = Some(percent.parse().ok()?).filter(|percent| *percent <= 100);
            } else if row.rate.is_none() && is_rate(word) {
                row.rate = Some(word.to_owned());
            } else if !at_end {
                row.left = Some(time(word)?);
            }
        }
        Some(row)
    }
}

/// `98.1M`, `343M`, `512`
fn is_rate(word: &str) -> bool {
    let number = word.strip_suffix(['K', 'M', 'G', 'T']).unwrap_or(word);
    number.starts_with(|c: char| c.is_ascii_digit()) && number.parse::<f64>().is_ok()
}

/// `3s`, `2m5s`, `1h40m`, `2d3h`
fn time(word: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = rest.split_at_checked(end)?;
        let scale = match unit.chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        let number: u64 = number.parse().ok()?;
        seconds = seconds.checked_add(number.checked_mul(scale)?)?;
        rest = unit.get(1..)?;
    }
    Some(Duration::from_secs(seconds))
}
