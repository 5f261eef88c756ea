//! The order of components.

use std::collections::{BTreeSet, HashMap, HashSet};

use kore_api::codes::Code;

use crate::{
    component::{Component, ComponentId},
    error::{Class, StepError},
};

/// Components by their place in a list, each with the places that come before and after it.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    before: Vec<BTreeSet<usize>>,
    after: Vec<BTreeSet<usize>>,
}

impl Graph {
    /// Orders components by what they name in `after()`. What is named but not there is an error
    /// when building up (`strict`), and of no weight when taking down.
    pub(crate) fn new(components: &[&dyn Component], strict: bool) -> Result<Self, StepError> {
        let wrong = |message: String| StepError::new(Code::Internal, Class::Terminal, message);
        let mut places: HashMap<ComponentId, usize> = HashMap::new();
        for (place, component) in components.iter().enumerate() {
            if places.insert(component.id(), place).is_some() {
                return Err(wrong(format!("two components are called {}", component.id())));
            }
        }
        let mut before = vec![BTreeSet::new(); components.len()];
        let mut after = vec![BTreeSet::new(); components.len()];
        for (place, component) in components.iter().enumerate() {
            for name in component.after() {
                match places.get(&name) {
                    Some(&earlier) => {
                        before.get_mut(place).map(|set| set.insert(earlier));
                        after.get_mut(earlier).map(|set| set.insert(place));
                    }
                    None if strict => {
                        return Err(wrong(format!("{} comes after {name}, which is not there", component.id())));
                    }
                    None => {}
                }
            }
        }
        let graph = Self { before, after };
        if graph.order().len() < components.len() {
            return Err(wrong("components wait for each other in a circle".to_owned()));
        }
        Ok(graph)
    }

    /// Everything that was before is after and the other way round.
    pub(crate) fn reversed(self) -> Self {
        Self { before: self.after, after: self.before }
    }

    /// The places in an order in which each comes after what it waits for, stable for equal input;
    /// shorter than the list when there is a circle.
    pub(crate) fn order(&self) -> Vec<usize> {
        let mut waits: Vec<usize> = self.before.iter().map(BTreeSet::len).collect();
        let mut free: BTreeSet<usize> =
            (0..waits.len()).filter(|&place| self.is_free(place, &HashSet::new())).collect();
        let mut order = Vec::with_capacity(waits.len());
        while let Some(place) = free.pop_first() {
            order.push(place);
            for &next in self.after.get(place).into_iter().flatten() {
                if let Some(count) = waits.get_mut(next) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        free.insert(next);
                    }
                }
            }
        }
        order
    }

    /// Whether everything before `place` is in `done`.
    pub(crate) fn is_free(&self, place: usize, done: &HashSet<usize>) -> bool {
        self.before.get(place).is_some_and(|before| before.iter().all(|earlier| done.contains(earlier)))
    }
}
