import type { ClientBase } from 'pg';
import { type Attempt, Attempts, type Outcome } from './attempt';
import { type Context, contextsFor, forgedSetting, mayTouch, type Sealing } from './contexts';
import { type Program, PROGRAMS, type Right, type Rights, roleOf } from './declared-rights';
import { insertSql, literal, type Owner, type SampleRow } from './sample-rows';
import type { SampleTenants, TableSample } from './sample-tenants';
import {
  bareSql,
  type Command,
  COMMANDS,
  mayUpdate,
  ownerColumns,
  touchSql,
  updatableColumns,
  upsertSql,
} from './statements';
import { clientColumn, type TenantTable } from './tenant-tables';

/** What the row test found. */
export interface RowReport {
  /** Statements tried. */
  cells: number;
  /** Those that had to see or change rows, and did: without them nothing would be proven. */
  controls: number;
  /** Each says who tried what in which context, and what came of it; none: every cell came out as declared. */
  readonly failures: string[];
}

/** A program on a table, and what it is declared to be allowed. */
interface Trial {
  readonly program: Program;
  readonly rights: ReadonlySet<Right>;
  readonly sample: TableSample;
  readonly table: TenantTable;
}

/**
 * Tries every command of every program in every context on tables with rows of two MSPs, and compares what came of it
 * with the declared rights: what is not declared is denied, what is declared reaches the context's own rows, all of them
 * and no others. Tables come from the catalogue, so that a new one is tested without being named here.
 */
export class RowTest {
  readonly report: RowReport = { cells: 0, controls: 0, failures: [] };
  readonly #client: ClientBase;
  readonly #attempts: Attempts;
  readonly #tenants: SampleTenants;
  readonly #sealing: Sealing;
  readonly #rights: Readonly<Record<string, Rights>>;

  /** @param client a superuser's, for it becomes each program in turn */
  constructor(
    client: ClientBase,
    tenants: SampleTenants,
    sealing: Sealing,
    rights: Readonly<Record<string, Rights>>,
  ) {
    this.#client = client;
    this.#attempts = new Attempts(client, sealing);
    this.#tenants = tenants;
    this.#sealing = sealing;
    this.#rights = rights;
  }

  /** A table, for every program; its owner too is held to row security. */
  async testTable(sample: TableSample): Promise<void> {
    for (const program of PROGRAMS) await this.testProgram(sample, program);
    await this.#selectAsOwner(sample);
  }

  async testProgram(sample: TableSample, program: Program): Promise<void> {
    const { table } = sample;
    const rights = new Set(this.#rights[table.name]?.[program]);
    const trial = { program, rights, sample, table };
    await this.#select(trial);
    await this.#update(trial);
    await this.#moveAway(trial);
    await this.#insert(trial);
    await this.#upsert(trial);
    await this.#delete(trial);
    await this.#copy(trial);
    await this.#refuse(program, table.name, ['TRUNCATE']);
  }

  /** A partition, which nobody may reach but through its parent. */
  async testPartition(partition: string): Promise<void> {
    for (const program of PROGRAMS) await this.#refuse(program, partition, COMMANDS, 'msp_id');
  }

  /** A table without row security: nothing but the declared rights stands before its rows. */
  async testExemptTable(table: string): Promise<void> {
    const { fields } = await this.#client.query(`SELECT * FROM ${table} LIMIT 0`);
    const column = fields[0]?.name ?? '';
    for (const program of PROGRAMS) {
      const rights = new Set<string>(this.#rights[table]?.[program]);
      const isDeclared = (command: Command): boolean => rights.has(command.toLowerCase());
      await this.#refuse(
        program,
        table,
        COMMANDS.filter((command) => !isDeclared(command)),
        column,
      );
      for (const command of COMMANDS.filter(isDeclared)) await this.#allow(program, table, command, column);
    }
  }

  async #select(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const statement = `SELECT ${ownerColumns(table)} FROM ${table.name}`;
    for (const context of this.#contexts(sample)) {
      const expected = rights.has('select') ? this.#seen(sample, context) : 'denied';
      const rows = await this.#expect(trial, 'select', { context, statement }, expected);
      this.#expectOwn(trial, context, rows);
    }
    if (!rights.has('select')) return;
    await this.#selectInParallel(trial);
    if (clientColumn(table)) await this.#selectAndForge(trial);
  }

  /** Parallel workers are other backends than the one that the seal names. */
  async #selectInParallel(trial: Trial): Promise<void> {
    const { table, sample } = trial;
    const context = this.#context(sample, 'own MSP');
    const statement = `SET LOCAL debug_parallel_query = on; SELECT FROM ${table.name}`;
    await this.#expect(trial, 'select in parallel', { context, statement }, this.#seen(sample, context));
  }

  /** The first row changes the setting, so that it is not what was sealed when the scan began: no other may follow. */
  async #selectAndForge(trial: Trial): Promise<void> {
    const { table, sample } = trial;
    const { mspId } = this.#tenants;
    const context = this.#context(sample, 'own client');
    const statement = `SELECT * FROM (SELECT ${ownerColumns(table)}, set_config('app.ctx', ${literal(forgedSetting(mspId))}, true)
      FROM ${table.name} WHERE msp_id = ${literal(mspId)} OFFSET 0) forged`;
    const rows = await this.#expect(trial, 'select and forge', { context, statement }, 1);
    this.#expectOwn(trial, context, rows);
  }

  async #selectAsOwner(sample: TableSample): Promise<void> {
    const { table } = sample;
    const statement = `SELECT FROM ${table.name}`;
    for (const context of this.#contexts(sample)) {
      const attempt = { role: table.owner, context, statement };
      await this.#check(`${table.owner} select ${table.name}`, attempt, this.#seen(sample, context));
    }
  }

  async #update(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const context = this.#context(sample, 'own MSP');
    for (const { name } of table.columns)
      if (!mayUpdate(rights, name)) {
        const statement = bareSql('UPDATE', table.name, name);
        await this.#expect(trial, `update ${name}`, { context, statement }, 'denied');
      }
    const [column] = updatableColumns(table, rights);
    if (!column) return;
    const statement = touchSql(table, column);
    for (const each of this.#contexts(sample))
      await this.#expect(trial, 'update', { context: each, statement }, this.#seen(sample, each));
  }

  /** Own rows cannot be given to somebody else. */
  async #moveAway(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const { otherMspId, otherClientId } = this.#tenants;
    const move = async (column: string, to: string, context: Context): Promise<void> => {
      const attempt = { context, statement: `UPDATE ${table.name} SET ${column} = ${literal(to)}` };
      await this.#expect(trial, `move by ${column}`, attempt, 'refused by row security');
    };
    if (mayUpdate(rights, 'msp_id')) await move('msp_id', otherMspId, this.#context(sample, 'own MSP'));
    if (clientColumn(table) && mayUpdate(rights, 'client_id'))
      await move('client_id', otherClientId, this.#context(sample, 'own client'));
  }

  async #insert(trial: Trial): Promise<void> {
    for (const row of trial.sample.spare)
      for (const context of contextsFor(row.owner, this.#othersThan(row.owner), this.#sealing)) {
        const expected = trial.rights.has('insert') ? accepted(row, context) : 'denied';
        await this.#expect(trial, 'insert', { context, statement: insertSql(row) }, expected);
      }
  }

  async #upsert(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const [row] = sample.existing;
    const [updatable] = updatableColumns(table, rights);
    const column = updatable ?? table.columns.at(-1)?.name;
    if (!row || !column) throw new Error(`${table.name} has no sample`);
    const isDeclared = rights.has('insert') && rights.has('select') && updatable !== undefined;
    for (const context of this.#contexts(sample)) {
      const expected = isDeclared ? accepted(row, context) : 'denied';
      await this.#expect(trial, 'upsert', { context, statement: upsertSql(row, column) }, expected);
    }
    if (isDeclared && clientColumn(table) && !table.primaryKey.includes('client_id'))
      await this.#takeOver(trial, row, column);
  }

  /** An upsert of one's own row under the key of another client's. */
  async #takeOver(trial: Trial, row: SampleRow, column: string): Promise<void> {
    const context = this.#context(trial.sample, 'other client');
    const mine = { ...row, values: { ...row.values, client_id: this.#tenants.otherClientId } };
    const attempt = { context, statement: upsertSql(mine, column) };
    await this.#expect(trial, 'take over', attempt, 'refused by row security');
  }

  async #delete(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const keys = sample.existing.map(
      ({ values }) => `(${table.primaryKey.map((name) => literal(values[name] ?? null)).join()})`,
    );
    const statement = `DELETE FROM ${table.name} WHERE (${table.primaryKey.join()}) IN (${keys.join()})`;
    for (const context of this.#contexts(sample)) {
      const own = sample.existing.filter(({ owner }) =>
        mayTouch(context, owner, Boolean(clientColumn(table))),
      );
      const attempt = rights.has('delete')
        ? { context, statement }
        : { context, statement: bareSql('DELETE', table.name, '') };
      await this.#expect(trial, 'delete', attempt, rights.has('delete') ? own.length : 'denied');
    }
  }

  async #copy(trial: Trial): Promise<void> {
    const { table, sample, rights } = trial;
    const statement = `COPY ${table.isPartitioned ? `(TABLE ${table.name})` : table.name} TO STDOUT`;
    for (const context of this.#contexts(sample)) {
      const expected = rights.has('select') ? this.#seen(sample, context) : 'denied';
      await this.#expect(trial, 'copy out', { context, statement }, expected);
    }
    const attempt = { context: this.#context(sample, 'own MSP'), statement: `COPY ${table.name} FROM STDIN` };
    await this.#expect(trial, 'copy in', attempt, rights.has('insert') ? 'no copy' : 'denied');
  }

  async #refuse(program: Program, table: string, commands: readonly Command[], column = ''): Promise<void> {
    for (const command of commands)
      await this.#check(
        `${program} ${command.toLowerCase()} ${table}`,
        { role: roleOf(program), context: this.#ownMsp(), statement: bareSql(command, table, column) },
        'denied',
      );
  }

  async #allow(program: Program, table: string, command: Command, column: string): Promise<void> {
    const statement = bareSql(command, table, column);
    const attempt = { role: roleOf(program), context: this.#ownMsp(), statement };
    const outcome = await this.#attempts.outcome(attempt);
    this.report.cells++;
    if (outcome === 'denied') this.#fail(`${program} ${command} ${table}`, attempt, 'no denial', outcome);
    else this.report.controls++;
  }

  async #expect(
    { program, table }: Trial,
    command: string,
    attempt: Omit<Attempt, 'role'>,
    expected: Outcome,
  ): Promise<readonly Record<string, unknown>[]> {
    return this.#check(
      `${program} ${command} ${table.name}`,
      { role: roleOf(program), ...attempt },
      expected,
    );
  }

  /** Compares, and counts; answers the rows of a query. */
  async #check(
    what: string,
    attempt: Attempt,
    expected: Outcome,
  ): Promise<readonly Record<string, unknown>[]> {
    const { outcome, rows } = await this.#attempts.result(attempt);
    this.report.cells++;
    if (outcome !== expected) this.#fail(what, attempt, expected, outcome);
    else if (typeof outcome === 'number' && outcome > 0) this.report.controls++;
    if (expected === 0 && attempt.context.name === 'own MSP')
      this.#fail(what, attempt, 'rows to prove it by', 'none');
    return rows;
  }

  /** As many rows as expected may still be the wrong ones. */
  #expectOwn({ program, table }: Trial, context: Context, rows: readonly Record<string, unknown>[]): void {
    for (const row of rows) {
      const owner = { mspId: String(row['msp_id']), clientId: row['client_id'] as string | null };
      if (mayTouch(context, owner, Boolean(clientColumn(table)))) continue;
      const got = `a row of ${JSON.stringify(owner)}`;
      this.#fail(`${program} select ${table.name}`, { context }, 'own rows', got);
    }
  }

  #fail(
    what: string,
    { context }: Pick<Attempt, 'context'>,
    expected: string | number,
    got: string | number,
  ): void {
    this.report.failures.push(`${what} in context '${context.name}': expected ${expected}, got ${got}`);
  }

  /** Contexts as they are to the owner of the first row. */
  #contexts({ existing }: TableSample): Context[] {
    const owner = existing[0]?.owner ?? { mspId: this.#tenants.mspId, clientId: null };
    return contextsFor(owner, this.#othersThan(owner), this.#sealing);
  }

  #context(sample: TableSample, wanted: Context['name']): Context {
    const found = this.#contexts(sample).find(({ name }) => name === wanted);
    if (!found) throw new Error(`${sample.table.name} has no row that has the context '${wanted}'`);
    return found;
  }

  /** Where the table does not matter: the context with the most to see. */
  #ownMsp(): Context {
    const [sample] = this.#tenants.tables;
    if (!sample) throw new Error('there are no tenant tables');
    return this.#context(sample, 'own MSP');
  }

  #othersThan(owner: Owner): { otherMspId: string; otherClientId: string } {
    const { mspId, otherMspId, clientId, otherClientId } = this.#tenants;
    return {
      otherMspId: owner.mspId === otherMspId ? mspId : otherMspId,
      otherClientId: owner.clientId === otherClientId ? clientId : otherClientId,
    };
  }

  #seen({ table, owners }: TableSample, context: Context): number {
    return owners.filter((owner) => mayTouch(context, owner, Boolean(clientColumn(table)))).length;
  }
}

function accepted({ table, owner }: SampleRow, context: Context): Outcome {
  return mayTouch(context, owner, Boolean(clientColumn(table))) ? 1 : 'refused by row security';
}
