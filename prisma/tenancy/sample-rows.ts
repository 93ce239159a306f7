import { randomBytes, randomUUID } from 'node:crypto';
import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { clientColumn, type Column, type ForeignKey, type TenantTable } from './tenant-tables';

/** Whose a row is; clientId null: the MSP's own. */
export interface Owner {
  readonly mspId: string;
  readonly clientId: string | null;
}

/** A valid row of a table, its parents in place: every column as text, null for NULL. */
export interface SampleRow {
  readonly table: TenantTable;
  readonly owner: Owner;
  readonly values: Readonly<Record<string, string | null>>;
}

const OWNER_COLUMNS = new Set(['msp_id', 'client_id']);

/** Makes valid rows of any table from what the catalogue says of it. */
export class SampleRows {
  readonly #client: ClientBase;
  readonly #tables: ReadonlyMap<string, TenantTable>;
  #count = 0;

  /** @param client sees everything: rows of all tenants are made with it */
  constructor(client: ClientBase, tables: readonly TenantTable[]) {
    this.#client = client;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
  }

  /**
   * A row that can be inserted, not yet there; the rows it refers to are inserted. The MSP and the client have to exist.
   * @throws Error naming the table, when its types, constraints or references are beyond this
   */
  async make(table: TenantTable, owner: Owner, children: readonly string[] = []): Promise<SampleRow> {
    if (children.includes(table.name)) throw new Error(`${table.name} refers to itself without end`);
    const references = await this.#makeParents(table, owner, [...children, table.name]);
    const candidates = table.columns.map(
      (column) => [column, this.#candidates(table, column, owner, references)] as const,
    );
    const { rows } = await this.#client.query<Record<string, string | null>>(solve(table, candidates));
    const [values] = rows;
    if (!values)
      throw new Error(`no row of ${table.name} satisfies its CHECK constraints: teach this file more`);
    return { table, owner, values };
  }

  async makeAndInsert(table: TenantTable, owner: Owner): Promise<SampleRow> {
    const row = await this.make(table, owner);
    await this.#client.query(insertSql(row));
    return row;
  }

  /** Values for the columns that refer to other rows than the owner's. */
  async #makeParents(
    table: TenantTable,
    owner: Owner,
    children: readonly string[],
  ): Promise<Map<string, string | null>> {
    const values = new Map<string, string | null>();
    for (const key of table.foreignKeys) {
      if (key.columns.every((name) => OWNER_COLUMNS.has(name)) || !isNeeded(table, key)) continue;
      if (key.table === table.name && isOptional(table, key)) continue; // the first of its kind stands without
      const parentTable = this.#tables.get(key.table);
      if (!parentTable) throw new Error(`${table.name} refers to ${key.table}, which is no tenant table`);
      const parent = await this.make(parentTable, await this.#ownerOfParent(parentTable, owner), children);
      await this.#client.query(insertSql(parent));
      key.columns.forEach((name, index) => {
        if (!OWNER_COLUMNS.has(name)) values.set(name, parent.values[key.tableColumns[index] ?? ''] ?? null);
      });
    }
    return values;
  }

  /** What belongs to the MSP may refer to a client's. */
  async #ownerOfParent(parent: TenantTable, owner: Owner): Promise<Owner> {
    if (owner.clientId !== null || clientColumn(parent)?.isNullable !== false) return owner;
    const { rows } = await this.#client.query<{ id: string }>(
      'SELECT client_id AS id FROM app.client WHERE msp_id = $1 ORDER BY client_id LIMIT 1',
      [owner.mspId],
    );
    return { mspId: owner.mspId, clientId: rows[0]?.id ?? null };
  }

  /** Expressions to try for a column, best first. */
  #candidates(
    table: TenantTable,
    column: Column,
    owner: Owner,
    references: ReadonlyMap<string, string | null>,
  ): string[] {
    if (column.name === 'msp_id') return [literal(owner.mspId)];
    if (column.name === 'client_id') return [literal(owner.clientId)];
    const referred = references.get(column.name);
    const isChecked = table.checks.some(({ columns }) => columns.includes(column.name));
    if (referred !== undefined) return column.isNullable ? ['NULL', literal(referred)] : [literal(referred)];
    if (column.preset !== null && !table.uniqueColumns.includes(column.name)) return [column.preset];
    // Rows that differ in nothing but NULLs can be the same to a unique index.
    const isDistinct = column.type === 'text' && table.uniqueColumns.includes(column.name);
    if (column.isNullable && !isDistinct) return ['NULL'];
    const fresh = this.#fresh(table, column);
    if (column.isNullable) return [fresh];
    // What a check names of a list is how long it may be.
    if (!isChecked || column.type.endsWith('[]')) return [fresh];
    return [fresh, ...namedInChecks(table, column, this.#count)];
  }

  /** A value that no other row has, for types that can tell so many apart. */
  #fresh(table: TenantTable, column: Column): string {
    const number = ++this.#count;
    switch (column.type) {
      case 'uuid':
        return literal(randomUUID());
      case 'text':
        return literal(`sample ${number}`);
      case 'smallint':
      case 'integer':
      case 'bigint':
      case 'double precision':
        return String(number);
      case 'boolean':
        return 'true';
      case 'timestamp with time zone':
        return 'clock_timestamp()';
      case 'date':
        return 'current_date';
      case 'bytea':
        return literal(`\\x${randomBytes(32).toString('hex')}`);
      case 'text[]':
        return literal(`{sample ${number}}`);
      case 'json':
      case 'jsonb':
      case 'uuid[]':
      case 'int8multirange':
        return literal('{}');
      default:
        throw new Error(`${table.name}.${column.name} is of type ${column.type}: teach this file a value`);
    }
  }
}

/** The statement that inserts a row as it is. */
export function insertSql({ table, values }: SampleRow): string {
  const names = Object.keys(values).map((name) => escapeIdentifier(name));
  return `INSERT INTO ${table.name} (${names.join()}) VALUES (${Object.values(values).map(literal).join()})`;
}

export function literal(value: string | null): string {
  return value === null ? 'NULL' : escapeLiteral(value);
}

/** A reference that may be NULL is left out, unless a CHECK might want it. */
function isNeeded(table: TenantTable, { columns }: ForeignKey): boolean {
  const own = columns.filter((name) => !OWNER_COLUMNS.has(name));
  return own.some(
    (name) =>
      table.columns.some((column) => column.name === name && !column.isNullable) ||
      table.checks.some((check) => check.columns.includes(name)),
  );
}

function isOptional(table: TenantTable, { columns }: ForeignKey): boolean {
  return table.columns.every(
    ({ name, isNullable }) => isNullable || OWNER_COLUMNS.has(name) || !columns.includes(name),
  );
}

/** Constants that the CHECK constraints of a column name: one of the allowed states is among them. Of instants, a later one. */
function namedInChecks(table: TenantTable, { name, type }: Column, number: number): string[] {
  if (type === 'timestamp with time zone') return ["clock_timestamp() + interval '1 day'"];
  const constant = type === 'text' ? /'(?:[^']|'')*'/g : /\b\d+\b/g;
  return table.checks
    .filter(({ columns }) => columns.includes(name))
    .flatMap(({ condition }) => [
      ...[...condition.matchAll(constant)].map(([found]) => found),
      ...[...condition.matchAll(PATTERN)].map(([, pattern = '']) => literal(inPattern(pattern, number))),
    ]);
}

/** A pattern of fixed length: signs and so many digits, as of a hash, a colour or a month. */
const PATTERN = /'\^((?:[^[\]\\'(|?*+]|\[0-9[^\]]*\]\{\d+\})+)\$'/g;

/** The shortest text in a {@link PATTERN}, its digits those of a number, so that no two rows have the same. */
function inPattern(pattern: string, number: number): string {
  const places = /\[[^\]]*\]\{(\d+)\}/g;
  const count = [...pattern.matchAll(places)].reduce((sum, [, digits]) => sum + Number(digits), 0);
  let left = String(number).padStart(count, '0').slice(-count);
  return pattern.replaceAll(places, (_, digits) => {
    const taken = left.slice(0, Number(digits));
    left = left.slice(Number(digits));
    return taken;
  });
}

/** Finds the first combination that satisfies every CHECK, and makes literals of its expressions. */
function solve(table: TenantTable, candidates: readonly (readonly [Column, readonly string[]])[]): string {
  const choices = candidates.map(
    ([{ name, type }, expressions]) =>
      `(VALUES ${expressions.map((each) => `((${each})::${type})`).join()}) AS "of ${name}" (${escapeIdentifier(name)})`,
  );
  const columns = candidates.map(([{ name }]) => `${escapeIdentifier(name)}::text`);
  const conditions = table.checks.map(({ condition }) => `(${condition}) IS NOT FALSE`);
  return `SELECT ${columns.join()} FROM ${choices.join(' CROSS JOIN ')} WHERE ${['true', ...conditions].join(' AND ')} LIMIT 1`;
}
