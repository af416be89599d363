//! The service of the exercise at hand. It runs while its screen is shown: whatever leaves the screen stops it.

use super::{Screen, State, Work};
use crate::check::{Left, ServiceEvent};
use crate::ui::{Log, Service, Stage};
use crate::watch::event::{Effect, Key, RunId};
use crate::watch::keymap::Motion;

impl State {
    /// Shows the service, and starts it as soon as no verdict has to wait for it.
    pub(super) fn try_service(&mut self) -> Vec<Effect> {
        let service = Service { stage: Stage::AfterVerdict, port: None, log: Log::default() };
        self.screen = Screen::Service { id: self.last_id, service };
        if matches!(self.work, Work::Nothing) { self.serve_after_verdict() } else { Vec::new() }
    }

    /// Starts the service whose screen is shown: there is a verdict, or there can be none.
    pub(super) fn serve_after_verdict(&mut self) -> Vec<Effect> {
        let next = self.next_id();
        let Screen::Service { id, service } = &mut self.screen else {
            return Vec::new();
        };
        *id = next;
        service.stage = Stage::Building { done: 0, total: 0 };
        service.log = Log::default();
        vec![Effect::Serve(next, self.current, service.port)]
    }

    /// What is built once there is a verdict: the service that is waited for, or else what may be run next.
    pub(super) fn serve_or_prefetch(&mut self) -> Vec<Effect> {
        let serve = self.serve_after_verdict();
        if serve.is_empty() { self.prefetch().into_iter().collect() } else { serve }
    }

    /// Runs the exercise at hand again, and after that its service if that is shown. Until then there is none: nothing
    /// takes the machine from the verdict, and nobody gets an answer of the code before.
    pub(super) fn run_again(&mut self) -> Vec<Effect> {
        let Screen::Service { service, .. } = &mut self.screen else {
            return self.go_to(self.current);
        };
        service.stage = Stage::AfterVerdict;
        let mut effects = vec![Effect::StopService];
        effects.extend(self.start(self.current));
        effects
    }

    /// Ends the service if its screen is shown, and shows the exercise again.
    pub(super) fn leave_service(&mut self) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Service { .. }) {
            return Vec::new();
        }
        self.screen = Screen::Exercise;
        vec![Effect::StopService]
    }

    pub(super) fn key_at_service(&mut self, key: Key) -> Vec<Effect> {
        let page = (self.size.rows / 2).max(1);
        let Screen::Service { service, .. } = &mut self.screen else {
            return Vec::new();
        };
        match (Motion::of(key), key) {
            (Some(motion), _) => {
                let last = service.log.last();
                let line = motion.moved(last - service.log.back(), last, page);
                service.log.scroll(last - line);
                Vec::new()
            }
            (None, Key::Char('r')) => self.run_again(),
            (None, Key::Escape | Key::Char('t' | 'q')) => {
                let mut effects = self.leave_service();
                effects.extend(self.prefetch());
                effects
            }
            (None, _) => {
                self.note = Some("no such key here; t stops the service and goes back".to_owned());
                Vec::new()
            }
        }
    }

    pub(super) fn service_event(&mut self, id: RunId, event: ServiceEvent) -> Vec<Effect> {
        if let ServiceEvent::Stopped(left) | ServiceEvent::Ended(_, left) = &event {
            self.tell_of_left(left);
        }
        let service = match &mut self.screen {
            Screen::Service { id: awaited, service } if *awaited == id => service,
            // A late message of a service that was stopped.
            _ => return Vec::new(),
        };
        match event {
            ServiceEvent::Waiting(wait) => service.stage = Stage::Waiting(wait),
            ServiceEvent::Building { done, total, .. } => service.stage = Stage::Building { done, total },
            ServiceEvent::Started { port } => {
                service.stage = Stage::Started;
                service.port = Some(port);
            }
            ServiceEvent::Answers => service.stage = Stage::Answers,
            ServiceEvent::Silent { after } => service.stage = Stage::Silent { after },
            ServiceEvent::Said(text) => service.log.push(&text),
            ServiceEvent::NotBuilt(judged) => service.stage = Stage::NotBuilt(judged),
            ServiceEvent::Ended(end, _) => {
                let answered = matches!(service.stage, Stage::Answers);
                service.stage = Stage::Ended { end, answered };
            }
            ServiceEvent::Stopped(_) => {}
            ServiceEvent::Trouble(trouble) => service.stage = Stage::Trouble(trouble),
        }
        Vec::new()
    }

    fn tell_of_left(&mut self, left: &Left) {
        if let Some(words) = left.words() {
            self.note = Some(words);
        }
    }
}
