//! Apache DataSketches for Rust, asked by lines on standard input: see remote.py.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use datasketches::common::{NumStdDev, SearchCriteria};
use datasketches::frequencies::{FrequentItemValue, FrequentItemsSketch};
use datasketches::hash::value::{canonical_float, raw_bytes};
use datasketches::hll::{HllSketch, HllType, HllUnion};
use datasketches::kll::{KllFloat, KllSketch};
use datasketches::tdigest::TDigestMut;
use datasketches::theta::{
    CompactThetaSketch, ThetaANotB, ThetaIntersection, ThetaSketchBuilder, ThetaUnionBuilder,
};

type Said = Result<String, Box<dyn std::error::Error>>;

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text_of(hex: &str) -> String {
    String::from_utf8(bytes_of(hex)).unwrap()
}

macro_rules! update_all {
    ($sketch:expr, $kind:expr, $values:expr) => {
        for value in $values {
            match $kind {
                "long" => $sketch.update(value.parse::<i64>()?),
                "double" => $sketch.update(canonical_float::from_f64(value.parse()?)),
                "string" => $sketch.update(raw_bytes::from_string(text_of(value))),
                _ => $sketch.update(raw_bytes::from_vec(bytes_of(value))),
            }
        }
    };
}

fn build(family: &str, kind: &str, size: u8, values: &[String]) -> Said {
    Ok(hex_of(&match family {
        "hll" => {
            let mut sketch = HllSketch::new(size, HllType::Hll8)?;
            update_all!(sketch, kind, values);
            sketch.serialize()
        }
        "theta" => {
            let mut sketch = ThetaSketchBuilder::default().lg_k(size).build()?;
            update_all!(sketch, kind, values);
            sketch.compact(true).serialize()
        }
        "kll" => {
            let mut sketch = KllSketch::<KllFloat<f64>>::new(size.into())?;
            for value in values {
                sketch.update(KllFloat::<f64>::new(value.parse()?)?);
            }
            sketch.serialize()
        }
        "tdigest" => {
            let mut sketch = TDigestMut::new(size.into())?;
            for value in values {
                sketch.update(value.parse()?);
            }
            sketch.serialize()
        }
        _ if kind == "string" => {
            let mut sketch = FrequentItemsSketch::<String>::new(1 << size)?;
            values.iter().for_each(|value| sketch.update(text_of(value)));
            sketch.serialize()
        }
        _ => {
            let mut sketch = FrequentItemsSketch::<i64>::new(1 << size)?;
            values.iter().for_each(|value| sketch.update(value.parse().unwrap()));
            sketch.serialize()
        }
    }))
}

fn merged_items<T: FrequentItemValue + Clone>(size: u8, images: &[Vec<u8>]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut into = FrequentItemsSketch::<T>::new(1 << size)?;
    for image in images {
        into.merge(&FrequentItemsSketch::<T>::deserialize(image)?);
    }
    Ok(into.serialize())
}

fn merge(family: &str, kind: &str, size: u8, images: &[Vec<u8>]) -> Said {
    Ok(hex_of(&match family {
        "hll" => {
            let mut union = HllUnion::new(size)?;
            for image in images {
                union.update(&HllSketch::deserialize(image)?);
            }
            union.to_sketch(HllType::Hll8).serialize()
        }
        "theta" => {
            let mut union = ThetaUnionBuilder::default().lg_k(size).build()?;
            for image in images {
                union.update(&CompactThetaSketch::deserialize(image)?)?;
            }
            union.to_sketch(true).serialize()
        }
        "kll" => {
            let mut into = KllSketch::<KllFloat<f64>>::new(size.into())?;
            for image in images {
                into.merge(&KllSketch::deserialize(image)?)?;
            }
            into.serialize()
        }
        "tdigest" => {
            let mut into = TDigestMut::new(size.into())?;
            for image in images {
                into.merge(&TDigestMut::deserialize(image)?);
            }
            into.serialize()
        }
        _ if kind == "string" => merged_items::<String>(size, images)?,
        _ => merged_items::<i64>(size, images)?,
    }))
}

fn again(family: &str, kind: &str, image: &[u8]) -> Said {
    Ok(hex_of(&match family {
        "hll" => {
            let sketch = HllSketch::deserialize(image)?;
            let mut union = HllUnion::new(sketch.lg_config_k())?;
            union.update(&sketch);
            union.to_sketch(HllType::Hll8).serialize()
        }
        "theta" => CompactThetaSketch::deserialize(image)?.serialize(),
        "kll" => KllSketch::<KllFloat<f64>>::deserialize(image)?.serialize(),
        "tdigest" => TDigestMut::deserialize(image)?.serialize(),
        _ if kind == "string" => FrequentItemsSketch::<String>::deserialize(image)?.serialize(),
        _ => FrequentItemsSketch::<i64>::deserialize(image)?.serialize(),
    }))
}

fn algebra(verb: &str, left: &[u8], right: &[u8]) -> Said {
    let left = CompactThetaSketch::deserialize(left)?;
    let right = CompactThetaSketch::deserialize(right)?;
    Ok(hex_of(&match verb {
        "union" => {
            let mut union = ThetaUnionBuilder::default().lg_k(12).build()?;
            union.update(&left)?;
            union.update(&right)?;
            union.to_sketch(true).serialize()
        }
        "intersect" => {
            let mut intersection = ThetaIntersection::default();
            intersection.update(&left)?;
            intersection.update(&right)?;
            intersection.to_sketch(true).ok_or("no result")?.serialize()
        }
        _ => ThetaANotB::default().compute(&left, &right, true)?.serialize(),
    }))
}

fn ask_kll(image: &[u8], probes: &[&str]) -> Said {
    let sketch = KllSketch::<KllFloat<f64>>::deserialize(image)?;
    let mut said = format!("n={} error={:?}", sketch.n(), sketch.normalized_rank_error());
    if let (Some(min), Some(max)) = (sketch.min_item(), sketch.max_item()) {
        said += &format!(" min={:?} max={:?}", **min, **max);
        for (number, probe) in probes.iter().enumerate() {
            let value = KllFloat::<f64>::new(probe.parse()?)?;
            let rank = sketch.rank(&value, SearchCriteria::Inclusive).ok_or("no rank")?;
            said += &format!(" rank{number}={rank:?}");
        }
    }
    Ok(said)
}

fn ask_tdigest(image: &[u8], probes: &[&str]) -> Said {
    let mut sketch = TDigestMut::deserialize(image)?;
    let mut said = format!("n={}", sketch.total_weight());
    if let (Some(min), Some(max)) = (sketch.min_value(), sketch.max_value()) {
        said += &format!(" min={min:?} max={max:?}");
        for (number, probe) in probes.iter().enumerate() {
            said += &format!(" rank{number}={:?}", sketch.rank(probe.parse()?)?.ok_or("no rank")?);
        }
    }
    Ok(said)
}

fn bounds<T: FrequentItemValue>(sketch: &FrequentItemsSketch<T>, items: Vec<T>) -> String {
    let each = |(number, item): (usize, &T)| {
        format!("lower{number}={} upper{number}={}", sketch.lower_bound(item), sketch.upper_bound(item))
    };
    items.iter().enumerate().map(each).collect::<Vec<_>>().join(" ")
}

fn ask(family: &str, kind: &str, image: &[u8], probes: &[&str]) -> Said {
    let said = |estimate: f64, lower: f64, upper: f64| format!("estimate={estimate:?} lower={lower:?} upper={upper:?}");
    let two = NumStdDev::Two;
    Ok(match family {
        "hll" => {
            let sketch = HllSketch::deserialize(image)?;
            said(sketch.estimate(), sketch.lower_bound(two), sketch.upper_bound(two))
        }
        "theta" => {
            let sketch = CompactThetaSketch::deserialize(image)?;
            said(sketch.estimate(), sketch.lower_bound(two), sketch.upper_bound(two))
        }
        "kll" => ask_kll(image, probes)?,
        "tdigest" => ask_tdigest(image, probes)?,
        _ if kind == "string" => {
            bounds(&FrequentItemsSketch::deserialize(image)?, probes.iter().map(|hex| text_of(hex)).collect())
        }
        _ => bounds(&FrequentItemsSketch::<i64>::deserialize(image)?, probes.iter().map(|p| p.parse().unwrap()).collect()),
    })
}

fn answer(words: &[&str]) -> Said {
    let [verb, family, kind, size, rest @ ..] = words else { return Err("a request has four words or more".into()) };
    let size: u8 = size.parse()?;
    match *verb {
        "build" => {
            let text = std::fs::read_to_string(rest[0])?;
            build(family, kind, size, &text.lines().map(str::to_owned).collect::<Vec<_>>())
        }
        "merge" => merge(family, kind, size, &rest.iter().map(|hex| bytes_of(hex)).collect::<Vec<_>>()),
        "again" => again(family, kind, &bytes_of(rest[0])),
        "ask" => ask(family, kind, &bytes_of(rest[0]), &rest[1..]),
        verb => algebra(verb, &bytes_of(rest[0]), &bytes_of(rest[1])),
    }
}

fn main() -> io::Result<()> {
    // Words are named, so that an item of no bytes stays a word.
    let nothing: HashMap<&str, &str> = HashMap::from([("-", "")]);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').map(|word| *nothing.get(word).unwrap_or(&word)).collect();
        match answer(&words) {
            Ok(said) => println!("{said}"),
            Err(error) => println!("! {}", error.to_string().replace('\n', " ")),
        }
        io::stdout().flush()?;
    }
    Ok(())
}
