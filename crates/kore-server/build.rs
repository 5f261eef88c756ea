//! Puts the console's built files into the program, with their compressed forms beside them.
//!
//! `KORE_CONSOLE` names the folder (from the workspace, where it is relative); usually it is what
//! `ui/` builds. Cargo builds without it: the server then says in a page that it has no console.
#![expect(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=KORE_CONSOLE");
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let folder = match env::var_os("KORE_CONSOLE") {
        Some(given) => {
            fs::canonicalize(workspace.join(&given)).map_err(|error| format!("KORE_CONSOLE: {given:?}: {error}"))?
        }
        None => {
            let usual = workspace.join("ui/dist");
            // Cargo takes what is not there for changed, each time; nobody minds an empty folder.
            let _there = fs::create_dir_all(&usual);
            usual
        }
    };
    println!("cargo:rerun-if-changed={}", folder.display());
    let out = PathBuf::from(env::var("OUT_DIR")?).join("console");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let mut files = Vec::new();
    walk(&folder, &mut files)?;
    files.sort();
    let mut table = String::from("[");
    for (number, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&folder)?.to_str().ok_or("a file of the console has no readable name")?;
        table.push_str(&entry(&out, number, file, name)?);
    }
    table.push(']');
    fs::write(out.join("table.rs"), table)?;
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    // Without a console there may be no folder either.
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        // What the build wrote for itself.
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => walk(&entry.path(), files)?,
            false => files.push(entry.path()),
        }
    }
    Ok(())
}

/// A line of the table: name, media type, and the bytes in their three forms.
fn entry(out: &Path, number: usize, file: &Path, name: &str) -> Result<String, Failure> {
    let bytes = fs::read(file)?;
    let kind = mime_guess::from_path(file).first_or_octet_stream();
    let text = kind.type_() == "text"
        || ["javascript", "json", "svg", "xml", "wasm", "manifest+json"]
            .iter()
            .any(|word| kind.essence_str().contains(word));
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let keep = |ending: &str, bytes: &[u8]| -> Result<String, Failure> {
        let path = out.join(format!("{number}.{ending}"));
        fs::write(&path, bytes)?;
        Ok(format!("include_bytes!({path:?})"))
    };
    // What hardly shrinks is not worth a browser's work; the page itself is another one each time.
    let worth = |packed: &[u8]| text && name != "index.html" && packed.len() < bytes.len() / 10 * 9;
    let option = |ending: &str, packed: &[u8]| -> Result<String, Failure> {
        Ok(if worth(packed) { format!("Some({})", keep(ending, packed)?) } else { "None".to_owned() })
    };
    let (plain, br, gz) = (keep("plain", &bytes)?, option("br", &brotli(&bytes)?)?, option("gz", &gzip(&bytes)?)?);
    Ok(format!("Embedded {{ name: {name:?}, media_type: {kind:?}, plain: {plain}, br: {br}, gzip: {gz} }},\n"))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}
