//! Values on their way to PostgreSQL and back: integers of every width are alike, and what is none of our few kinds is told by name.

use super::error::Fault;
use super::value::{Row, Val};
use bytes::BytesMut;
use std::error::Error;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

impl ToSql for Val {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Val::Null, _) => Ok(IsNull::Yes),
            (Val::I(number), &Type::INT8) => number.to_sql(ty, out),
            (Val::I(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Val::I(number), &Type::INT2) => i16::try_from(*number)?.to_sql(ty, out),
            (Val::T(text), &(Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN)) => text.to_sql(ty, out),
            (Val::B(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (Val::Bool(truth), &Type::BOOL) => truth.to_sql(ty, out),
            (Val::Ints(list), &Type::INT8_ARRAY) => list.to_sql(ty, out),
            (Val::Ints(list), &Type::INT4_ARRAY) => narrow(list)?.to_sql(ty, out),
            (Val::Texts(list), &(Type::TEXT_ARRAY | Type::VARCHAR_ARRAY)) => list.to_sql(ty, out),
            _ => Err(format!("{self:?} does not go into {ty}").into()),
        }
    }

    /// Everything is accepted here, because only the value knows what it is.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn narrow(list: &[i64]) -> Result<Vec<i32>, std::num::TryFromIntError> {
    list.iter().map(|number| i32::try_from(*number)).collect()
}

pub(super) fn decode(row: &tokio_postgres::Row) -> Result<Row, Fault> {
    (0..row.len()).map(|column| field(row, column)).collect::<Result<_, _>>().map(Row::new)
}

fn field(row: &tokio_postgres::Row, column: usize) -> Result<Val, Fault> {
    let ty = row.columns()[column].type_();
    let val = match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(column).map(Val::from),
        Type::INT4 => row.try_get::<_, Option<i32>>(column).map(Val::from),
        Type::INT2 => row.try_get::<_, Option<i16>>(column).map(|number| Val::from(number.map(i64::from))),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<String>>(column).map(Val::from)
        }
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column).map(Val::from),
        Type::BOOL => row.try_get::<_, Option<bool>>(column).map(Val::from),
        _ => return Err(Fault::Faulty(format!("column {column} is of type {ty}; cast it to BIGINT, TEXT, BYTEA or BOOLEAN"))),
    };
    val.map_err(|error| Fault::Faulty(error.to_string()))
}
