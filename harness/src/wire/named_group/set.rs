//! Sets of groups that have a name: small enough to be a part of an offer.

use std::fmt;

use super::NamedGroup;

// One bit each.
const _: () = assert!(NamedGroup::ALL.len() <= u64::BITS as usize);

/// A set of named groups. It keeps no order: it is gone through by ascending code.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct GroupSet(u64);

impl GroupSet {
    /// Adds a group. One without a name is left out.
    pub fn insert(&mut self, group: NamedGroup) {
        self.0 |= bit(group);
    }

    /// Takes a group out.
    pub fn remove(&mut self, group: NamedGroup) {
        self.0 &= !bit(group);
    }

    /// Whether the group is in it.
    #[must_use]
    pub fn contains(self, group: NamedGroup) -> bool {
        self.0 & bit(group) != 0
    }

    /// Whether there is none in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its groups by ascending code.
    pub fn iter(self) -> impl Iterator<Item = NamedGroup> {
        NamedGroup::ALL.iter().copied().filter(move |group| self.contains(*group))
    }
}

fn bit(group: NamedGroup) -> u64 {
    NamedGroup::ALL.binary_search_by_key(&group.0, |known| known.0).map_or(0, |index| 1 << index)
}

impl FromIterator<NamedGroup> for GroupSet {
    fn from_iter<I: IntoIterator<Item = NamedGroup>>(groups: I) -> GroupSet {
        let mut set = GroupSet::default();
        groups.into_iter().for_each(|group| set.insert(group));
        set
    }
}

impl fmt::Debug for GroupSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|group| group.to_string())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_group_has_a_place_of_its_own() {
        let all: GroupSet = NamedGroup::ALL.iter().copied().collect();
        for &group in NamedGroup::ALL {
            let alone: GroupSet = [group].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [group]);
            let mut others = all;
            others.remove(group);
            assert!(!others.contains(group));
            assert_eq!(others.iter().count(), NamedGroup::ALL.len() - 1);
        }
        assert!([NamedGroup(0x0A0A)].into_iter().collect::<GroupSet>().is_empty());
    }
}
