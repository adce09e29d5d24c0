//! Writes the whole look to a folder: every component in every state, and three sample pages, in both languages and in
//! large print, as files that open without a server.
//!
//! `cargo run -p web --example gallery -- target/gallery`

mod components;
mod pages;

use std::path::PathBuf;
use std::{env, fs, io};

use rulebook::Lang;
use web::assets;
use web::layout::Page;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::ALL {
        fs::write(folder.join("assets").join(asset.file_name()), asset.content())?;
    }
    for lang in [Lang::Zh, Lang::En] {
        let code = lang.say("zh", "en");
        for (name, draw) in [
            ("components", components::page as fn(Lang) -> Page),
            ("home", pages::home),
            ("case", pages::case),
            ("form", pages::form),
            ("tasks", pages::tasks),
            ("examine", pages::examine),
            ("board", pages::board),
        ] {
            let mut page = draw(lang);
            write(&folder, &format!("{name}.{code}.html"), &page)?;
            page.large_print = true;
            write(&folder, &format!("{name}.{code}.large.html"), &page)?;
        }
    }
    println!("{}", folder.display());
    Ok(())
}

fn write(folder: &std::path::Path, name: &str, page: &Page) -> io::Result<()> {
    fs::write(folder.join(name), page.render().into_string().replace("\"/assets/", "\"assets/"))
}
