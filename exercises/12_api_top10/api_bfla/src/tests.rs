use axum::http::{HeaderMap, HeaderName};
use support::{Client, Reply, any, expect, random_name};

use super::app;
use super::users::{Role, Users};

#[test]
fn a_member_watches_and_reports() {
    let service = TestService::new();
    let reply = service.member.send("POST", "/reports", random_name("rude")).is_created();
    service
        .member
        .after(&reply)
        .get("/videos")
        .is_ok()
        .has("/items", service.titles.to_vec());
    service.admin.after(&reply).get("/admin/reports").is_ok().has_items(REPORTS + 1);
}

#[test]
fn a_moderator_reads_reports_and_hides_videos() {
    let service = TestService::new();
    service.moderator.get("/admin/reports").is_ok().has_items(REPORTS);
    let hidden = service.moderator.send("PUT", &service.hidden(), "").is_no_content();
    service.member.after(&hidden).get("/videos").is_ok().has_items(service.titles.len() - 1);
    let _ = service.moderator.send("POST", "/reports", random_name("rude")).is_created();
}

#[test]
fn an_admin_does_what_there_is_to_do() {
    let service = TestService::new();
    let admin = &service.admin;
    let added = admin.send("POST", "/videos", random_name("a")).is_created();
    admin.after(&added).get("/videos").is_ok().has_items(service.titles.len() + 1);
    let hidden = admin.send("PUT", &service.hidden(), "").is_no_content();
    admin.after(&hidden).get("/videos").is_ok().has_items(service.titles.len());
    let removed = admin.delete(&service.video(1)).is_no_content();
    admin.after(&removed).get("/videos").is_ok().has_items(service.titles.len() - 1);
    admin.after(&removed).delete(&service.video(1)).is_not_found();
    let closed = admin.delete("/admin/reports").is_no_content();
    admin.after(&closed).get("/admin/reports").is_ok().has_items(0);
}

#[test]
fn a_member_removes_and_adds_no_video() {
    let service = TestService::new();
    service.refuses(&service.member, |member| member.delete(&service.video(0)));
    service.refuses(&service.member, |member| member.send("POST", "/videos", random_name("my")));
    service.refuses(&service.member, |member| member.send("PUT", &service.hidden(), ""));
}

#[test]
fn a_member_sees_and_closes_no_report() {
    let service = TestService::new();
    service.refuses(&service.member, |member| member.get("/admin/reports"));
    service.refuses(&service.member, |member| member.head("/admin/reports"));
    service.refuses(&service.member, |member| member.delete("/admin/reports"));
}

#[test]
fn a_moderator_closes_no_report_and_removes_and_adds_no_video() {
    let service = TestService::new();
    let moderator = &service.moderator;
    service.refuses(moderator, |moderator| moderator.delete("/admin/reports"));
    service.refuses(moderator, |moderator| moderator.delete(&service.video(0)));
    service.refuses(moderator, |moderator| moderator.send("POST", "/videos", random_name("my")));
}

#[test]
fn nobody_but_an_admin_makes_admins() {
    let service = TestService::new();
    for client in [&service.member, &service.moderator] {
        for name in service.names() {
            for role in ["member", "moderator", "admin"] {
                service.refuses(client, |client| {
                    client.put(&format!("/users/{name}/role"), &role.into())
                });
            }
        }
    }
}

#[test]
fn whoever_may_not_do_it_does_not_learn_what_there_is() {
    let service = TestService::new();
    let title = format!("/videos/{}", any(1_000..=9_999));
    let user = format!("/users/{}/role", any(1_000..=9_999));
    for client in [&service.member, &service.moderator] {
        service.refuses(client, |client| client.delete(&title));
        service.refuses(client, |client| client.put(&user, &"admin".into()));
        service.refuses(client, |client| client.put(&user, &"emperor".into()));
    }
    service.refuses(&service.member, |member| member.send("PUT", &format!("{title}/hidden"), ""));
    service.admin.delete(&title).is_not_found();
    service.admin.send("PUT", &format!("{title}/hidden"), "").is_not_found();
    service.admin.put(&user, &"admin".into()).is_not_found();
}

#[test]
fn whoever_is_nobody_is_asked_to_log_in() {
    let service = TestService::new();
    let stranger = service.nobody.with("x-user", &random_name("Eve"));
    for nobody in [&service.nobody, &stranger] {
        for reply in [
            nobody.get("/videos"),
            nobody.send("POST", "/videos", random_name("my")),
            nobody.send("PUT", &service.hidden(), ""),
            nobody.delete(&service.video(0)),
            nobody.send("POST", "/reports", random_name("rude")),
            nobody.get("/admin/reports"),
            nobody.delete("/admin/reports"),
            nobody.put(&format!("/users/{}/role", service.names()[0]), &"admin".into()),
        ] {
            service.is_as_before(&reply.has_status(401));
        }
    }
}

#[test]
fn a_role_counts_from_the_moment_it_is_given() {
    let service = TestService::new();
    let [member, moderator, _] = service.names();
    let role = |name: &str| format!("/users/{name}/role");
    let risen = service.admin.put(&role(member), &"moderator".into()).is_no_content();
    service.member.after(&risen).get("/admin/reports").is_ok().has_items(REPORTS);
    service.member.after(&risen).delete("/admin/reports").has_status(403);
    let admin = service.admin.put(&role(member), &"admin".into()).is_no_content();
    service.member.after(&admin).delete(&service.video(1)).is_no_content();
    let fallen = service.admin.put(&role(moderator), &"member".into()).is_no_content();
    service.moderator.after(&fallen).get("/admin/reports").has_status(403);
    service.moderator.after(&fallen).get("/videos").is_ok();
}

#[test]
fn what_a_thing_is_called_decides_nothing() {
    // A video and a user may have any name, also one that is part of another path.
    for names in [["admin", "hidden", "reports"], ["hidden", "role", "videos"]] {
        let service = TestService::with(names.map(str::to_owned), names.map(str::to_owned));
        for client in [&service.member, &service.moderator] {
            for name in names {
                service.refuses(client, |client| client.delete(&format!("/videos/{name}")));
                service.refuses(client, |client| {
                    client.put(&format!("/users/{name}/role"), &"admin".into())
                });
            }
        }
        for name in names {
            let hidden = format!("/videos/{name}/hidden");
            service.refuses(&service.member, |member| member.send("PUT", &hidden, ""));
        }
        let (member, video) = (names[0], names[1]);
        let hidden = format!("/videos/{video}/hidden");
        let reply = service.moderator.send("PUT", &hidden, "").is_no_content();
        let admin = service.admin.after(&reply);
        admin.delete(&format!("/videos/{video}")).is_no_content();
        admin.put(&format!("/users/{member}/role"), &"moderator".into()).is_no_content();
        service.member.after(&reply).get("/admin/reports").is_ok().has_items(REPORTS);
    }
}

const REPORTS: usize = 2;
const USER: HeaderName = HeaderName::from_static("x-user");

/// A service with some videos and reports, and one user of each role.
struct TestService {
    users: Users,
    nobody: Client,
    member: Client,
    moderator: Client,
    admin: Client,
    names: [String; 3],
    titles: [String; 3],
}

impl TestService {
    fn new() -> Self {
        let name = |first| format!("{first}{:08x}", any(0..=u32::MAX));
        Self::with(["u", "u", "u"].map(name), ["a", "b", "c"].map(name))
    }

    /// The titles are in the order of the alphabet, as the service tells them.
    fn with(names: [String; 3], titles: [String; 3]) -> Self {
        let users = Users::default();
        let nobody = Client::new(app(users.clone()));
        for (name, role) in names.iter().zip([Role::Member, Role::Moderator, Role::Admin]) {
            users.add(name, role);
        }
        let [member, moderator, admin] =
            [0, 1, 2].map(|number: usize| nobody.with("x-user", &names[number]));
        for title in &titles {
            let _ = admin.send("POST", "/videos", title.clone()).is_created();
        }
        for _ in 0..REPORTS {
            let _ = admin.send("POST", "/reports", random_name("rude")).is_created();
        }
        Self {
            users,
            nobody,
            member,
            moderator,
            admin,
            names,
            titles,
        }
    }

    fn names(&self) -> [&str; 3] {
        self.names.each_ref().map(String::as_str)
    }

    fn video(&self, number: usize) -> String {
        format!("/videos/{}", self.titles[number])
    }

    fn hidden(&self) -> String {
        format!("{}/hidden", self.video(0))
    }

    /// The client gets 403, and nothing is done.
    #[track_caller]
    fn refuses(&self, client: &Client, attack: impl Fn(&Client) -> Reply) {
        self.is_as_before(&attack(client).has_status(403));
    }

    /// All videos, reports and roles are still there.
    #[track_caller]
    fn is_as_before(&self, reply: &Reply) {
        let admin = self.admin.after(reply);
        admin.get("/videos").is_ok().has("/items", self.titles.to_vec());
        admin.get("/admin/reports").is_ok().has_items(REPORTS);
        for (name, role) in
            self.names().into_iter().zip([Role::Member, Role::Moderator, Role::Admin])
        {
            let headers = HeaderMap::from_iter([(USER, name.parse().expect("a name"))]);
            let got = self.users.role_of(&headers).ok();
            expect(format!("the role of {name}"), format!("{:?}", Some(role)), format!("{got:?}"));
        }
    }
}
