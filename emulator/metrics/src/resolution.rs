//! How finely measurements are told apart in time, and for how long: the older, the coarser.

/// A length of time that measurements are summed up over. Finer ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Resolution {
    Second,
    Minute,
    FiveMinutes,
    Hour,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Resolution {
    pub(crate) const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::FiveMinutes, Self::Hour];

    /// In seconds.
    pub(crate) fn width(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => MINUTE,
            Self::FiveMinutes => 5 * MINUTE,
            Self::Hour => HOUR,
        }
    }

    /// How old measurements get before they are summed up more coarsely, in seconds.
    ///
    /// Source: "Metrics retention" in the user guide: 3 hours, 15 days, 63 days, 455 days.
    pub(crate) fn retention(self) -> i64 {
        match self {
            Self::Second => 3 * HOUR,
            Self::Minute => 15 * DAY,
            Self::FiveMinutes => 63 * DAY,
            Self::Hour => 455 * DAY,
        }
    }

    /// What measurements of this resolution become when they are too old for it, if anything.
    pub(crate) fn coarser(self) -> Option<Self> {
        match self {
            Self::Second => Some(Self::Minute),
            Self::Minute => Some(Self::FiveMinutes),
            Self::FiveMinutes => Some(Self::Hour),
            Self::Hour => None,
        }
    }

    /// The resolution of what was measured this long ago, in seconds, at least a minute.
    pub(crate) fn at_age(age: i64) -> Self {
        let coarse = [Self::Minute, Self::FiveMinutes];
        coarse.into_iter().find(|one| age <= one.retention()).unwrap_or(Self::Hour)
    }

    /// The resolution of this width, if there is one.
    pub(crate) fn of_width(width: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|resolution| resolution.width() == width)
    }
}

/// The latest multiple of `width` that is not after `time`. Both are seconds; 1970 began at 0.
pub(crate) fn floor(time: i64, width: i64) -> i64 {
    time - time.rem_euclid(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time_are_aligned_to_1970() {
        for (time, width, start) in
            [(0, 60, 0), (59, 60, 0), (60, 60, 60), (3599, 300, 3300), (-1, 60, -60), (7, 1, 7)]
        {
            assert_eq!(floor(time, width), start, "{time} by {width}");
        }
    }

    #[test]
    fn what_is_older_is_coarser() {
        for (age, width) in [(0, 60), (15 * DAY, 60), (15 * DAY + 1, 300), (64 * DAY, 3600)] {
            assert_eq!(Resolution::at_age(age).width(), width, "{age}");
        }
        assert!(Resolution::ALL.is_sorted_by_key(|resolution| resolution.retention()));
        for resolution in Resolution::ALL {
            assert_eq!(Resolution::of_width(resolution.width()), Some(resolution));
            let coarser = resolution.coarser().map_or(0, Resolution::width);
            assert_eq!(coarser % resolution.width(), 0, "the one is a multiple of the other");
        }
    }
}
