//! Where the members of an input struct stand, and which column of its table each of them fills.

use std::ffi::c_char;

/// A struct of the host that is one row of a table.
///
/// # Safety
/// The struct is `repr(C)`, its first member is `size_t struct_size`, and each of [`Input::FIELDS`] stands at its offset with the type of its form.
pub unsafe trait Input {
    /// The table that the rows are of.
    const TABLE: &'static str;
    /// The size of the struct when it was first published: the least that `struct_size` may say. A member that is added later stands
    /// behind it, never in the padding at its end, which older programs do not set.
    const FIRST_SIZE: usize;
    /// Its members, but for `struct_size`.
    const FIELDS: &'static [Field];
}

/// How a value stands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text that ends with NUL.
    Text,
    /// An array of texts, with its length.
    List,
    /// A currency: three letters and a NUL.
    Currency,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number of 32 bits.
    Int32,
    /// A day.
    Days,
    /// A truth value, one byte.
    Flag,
    /// A double.
    Double,
}

impl Form {
    /// Bytes that the member takes.
    pub const fn size(self) -> usize {
        match self {
            Self::Text | Self::List => size_of::<*const c_char>(),
            Self::Currency | Self::Int32 | Self::Days => 4,
            Self::Int64 | Self::Double => 8,
            Self::Flag => 1,
        }
    }
}

/// When a row has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Always.
    Always,
    /// Unless it is NULL, zero or empty.
    NotZero,
    /// If the member `has_…` at this offset is not zero.
    Said(usize),
}

/// A member of an input struct, and the column that it fills.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The column, which has the name of the member.
    pub column: &'static str,
    /// The offset of the member.
    pub at: usize,
    /// How it stands there.
    pub form: Form,
    /// When it is a value.
    pub given: Given,
    /// The offset of the length of a list; else that of the member itself.
    pub len_at: usize,
}

/// Reads a member: what holds a field to the type of its member.
pub type Of<R, T> = fn(&R) -> &T;

/// The constructors are named by what a line of `fields!` says of a member.
impl Field {
    const fn new(column: &'static str, at: usize, form: Form, given: Given) -> Self {
        Self { column, at, form, given, len_at: at }
    }

    /// A text; NULL is none.
    pub const fn text<R>(column: &'static str, at: usize, _: Of<R, *const c_char>) -> Self {
        Self::new(column, at, Form::Text, Given::NotZero)
    }

    /// A list of texts; no elements is none.
    pub const fn list<R>(column: &'static str, at: usize, _: Of<R, *const *const c_char>, len_at: usize, _: Of<R, usize>) -> Self {
        Self { len_at, ..Self::new(column, at, Form::List, Given::NotZero) }
    }

    /// A currency; an empty one is none.
    pub const fn currency<R>(column: &'static str, at: usize, _: Of<R, [c_char; 4]>) -> Self {
        Self::new(column, at, Form::Currency, Given::NotZero)
    }

    /// An amount that every row has.
    pub const fn amount<R>(column: &'static str, at: usize, _: Of<R, i64>) -> Self {
        Self::new(column, at, Form::Int64, Given::Always)
    }

    /// An amount where nothing is as good as none.
    pub const fn amount_if_any<R>(column: &'static str, at: usize, _: Of<R, i64>) -> Self {
        Self::new(column, at, Form::Int64, Given::NotZero)
    }

    /// An amount that may be nothing, or unknown.
    pub const fn amount_if_said<R>(column: &'static str, at: usize, _: Of<R, i64>, said_at: usize, _: Of<R, u8>) -> Self {
        Self::new(column, at, Form::Int64, Given::Said(said_at))
    }

    /// A day; 0 is none.
    pub const fn day<R>(column: &'static str, at: usize, _: Of<R, i32>) -> Self {
        Self::new(column, at, Form::Days, Given::NotZero)
    }

    /// A truth value.
    pub const fn flag<R>(column: &'static str, at: usize, _: Of<R, u8>) -> Self {
        Self::new(column, at, Form::Flag, Given::NotZero)
    }

    /// A whole number that every row has.
    pub const fn number<R>(column: &'static str, at: usize, _: Of<R, i32>) -> Self {
        Self::new(column, at, Form::Int32, Given::Always)
    }

    /// A whole number; 0 is none.
    pub const fn number_if_any<R>(column: &'static str, at: usize, _: Of<R, i32>) -> Self {
        Self::new(column, at, Form::Int32, Given::NotZero)
    }

    /// A double that every row has.
    pub const fn double<R>(column: &'static str, at: usize, _: Of<R, f64>) -> Self {
        Self::new(column, at, Form::Double, Given::Always)
    }

    /// A double; 0 is none.
    pub const fn double_if_any<R>(column: &'static str, at: usize, _: Of<R, f64>) -> Self {
        Self::new(column, at, Form::Double, Given::NotZero)
    }

    /// Where the last member that belongs to it ends: an older program, whose rows end before, does not know it.
    pub const fn end(&self) -> usize {
        let beside = match (self.form, self.given) {
            (Form::List, _) => self.len_at + size_of::<usize>(),
            (_, Given::Said(at)) => at + 1,
            _ => 0,
        };
        let own = self.at + self.form.size();
        if beside > own { beside } else { own }
    }
}

/// The fields of a struct: of each member how it is read (a constructor of [`Field`]) and its name; behind a slash its length or `has_…`.
macro_rules! fields {
    ($row:ty { $($how:ident $name:ident $(/ $beside:ident)?,)* }) => {
        &[$(Field::$how(stringify!($name), std::mem::offset_of!($row, $name), |row: &$row| &row.$name $(, std::mem::offset_of!($row, $beside), |row: &$row| &row.$beside)?)),*]
    };
}
pub(super) use fields;

/// What is known of an input struct, for tests that hold it against the schema of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The table.
    pub table: &'static str,
    /// The size of the struct.
    pub size: usize,
    /// The size of its first version.
    pub first_size: usize,
    /// Its members, but for `struct_size`.
    pub fields: &'static [Field],
}

impl Layout {
    /// The layout of a struct.
    pub const fn of<R: Input>() -> Self {
        Self { table: R::TABLE, size: size_of::<R>(), first_size: R::FIRST_SIZE, fields: R::FIELDS }
    }
}
