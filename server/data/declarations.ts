import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { DECLARED_ATTRIBUTES, type DeclaredAttribute } from './declared-attributes';

/** What a declaration is about: exactly one repository or system. */
export type DeclarationSubject =
  | { readonly kind: 'repository'; readonly repositoryId: string }
  | { readonly kind: 'system'; readonly systemId: string };

export interface NewDeclaration {
  readonly declarationId: string;
  /** The client of the subject; null: the MSP's own. */
  readonly clientId: string | null;
  readonly subject: DeclarationSubject;
  readonly attribute: DeclaredAttribute;
  /** As `declarationValue` of `declared-attributes.ts` has it for the attribute. */
  readonly value: unknown;
  readonly reason: string;
  readonly declaredBy: string;
  readonly declaredByName: string;
  readonly declaredAt: Date;
  /** null: until it is withdrawn. */
  readonly validUntil: Date | null;
}

/** Keeps what a named person says. A newer one of the same subject and attribute takes its place in the facts. */
export async function insertDeclaration(tx: Tx, mspId: string, declaration: NewDeclaration): Promise<void> {
  const { subject, value, ...rest } = declaration;
  await tx.declaration.create({
    data: {
      mspId,
      ...rest,
      repositoryId: subject.kind === 'repository' ? subject.repositoryId : null,
      systemId: subject.kind === 'system' ? subject.systemId : null,
      value: z.json().parse(value) ?? Prisma.JsonNull,
    },
  });
}

/** The client and name of what somebody wants to declare something about; null: not there, or another MSP's. */
export async function findDeclarationSubject(
  tx: Tx,
  mspId: string,
  subject: DeclarationSubject,
): Promise<{ clientId: string | null; name: string } | null> {
  const select = { clientId: true, name: true } as const;
  if (subject.kind === 'system')
    return tx.system.findFirst({ where: { mspId, systemId: subject.systemId, archivedAt: null }, select });
  return tx.repository.findFirst({ where: { mspId, repositoryId: subject.repositoryId }, select });
}

const row = z.object({
  declarationId: z.string(),
  subjectKind: z.enum(['repository', 'system']),
  subjectId: z.string(),
  subjectName: z.string(),
  attribute: z.enum(DECLARED_ATTRIBUTES),
  value: z.json(),
  reason: z.string(),
  declaredByName: z.string(),
  declaredAt: z.date(),
  validUntil: z.date().nullable(),
});
/** What somebody says of something, as a row of a list. */
export type ListedDeclaration = z.output<typeof row>;

/**
 * What is said of these systems and repositories now: of each attribute the newest that nobody withdrew, expired ones among
 * them, newest first, at most 500. Of times in which a system was off, all that ended within a week or later.
 */
export async function listDeclarations(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  repositoryIds: readonly string[],
): Promise<ListedDeclaration[]> {
  const rows = await tx.$queryRaw`
    SELECT * FROM (
      SELECT DISTINCT ON (coalesce(d.repository_id, d.system_id), d.attribute, CASE WHEN d.attribute = 'off' THEN d.declaration_id END)
        d.declaration_id::text AS "declarationId",
        CASE WHEN d.repository_id IS NULL THEN 'system' ELSE 'repository' END AS "subjectKind",
        coalesce(d.repository_id, d.system_id)::text AS "subjectId", coalesce(o.name, y.name) AS "subjectName",
        d.attribute, d.value, d.reason, d.declared_by_name AS "declaredByName", d.declared_at AS "declaredAt",
        d.valid_until AS "validUntil"
      FROM app.declaration d
      LEFT JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = d.repository_id
      LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = d.system_id
      WHERE d.msp_id = ${mspId}::uuid AND d.withdrawn_at IS NULL
        AND (d.repository_id = ANY (${[...repositoryIds]}::uuid[]) OR d.system_id = ANY (${[...systemIds]}::uuid[]))
        AND (d.attribute <> 'off' OR d.valid_until > now() - interval '7 days')
      ORDER BY coalesce(d.repository_id, d.system_id), d.attribute, CASE WHEN d.attribute = 'off' THEN d.declaration_id END,
        d.declared_at DESC, d.declaration_id DESC
    ) newest ORDER BY "declaredAt" DESC, "declarationId" LIMIT 500`;
  return z.array(row).parse(rows);
}

/** What a declaration is about, as it is kept. */
interface DeclarationTarget {
  readonly clientId: string | null;
  readonly systemId: string | null;
  readonly repositoryId: string | null;
  readonly attribute: string;
}

/**
 * Takes a declaration back; what was said before it holds again, if anything was.
 * @returns what it was about; null: not there, another MSP's, or withdrawn already
 */
export async function withdrawDeclaration(
  tx: Tx,
  mspId: string,
  declarationId: string,
  withdrawn: { by: string; at: Date },
): Promise<DeclarationTarget | null> {
  const { count } = await tx.declaration.updateMany({
    where: { mspId, declarationId, withdrawnAt: null },
    data: { withdrawnAt: withdrawn.at, withdrawnBy: withdrawn.by },
  });
  if (count === 0) return null;
  return tx.declaration.findUniqueOrThrow({
    where: { mspId_declarationId: { mspId, declarationId } },
    select: { clientId: true, systemId: true, repositoryId: true, attribute: true },
  });
}

/**
 * Takes a withdrawal back: what was declared holds again, if nothing newer does.
 * @returns what it is about; null: not there, another MSP's, or not withdrawn since then
 */
export async function undoWithdrawal(
  tx: Tx,
  mspId: string,
  declarationId: string,
  withdrawnSince: Date,
): Promise<DeclarationTarget | null> {
  const { count } = await tx.declaration.updateMany({
    where: { mspId, declarationId, withdrawnAt: { gte: withdrawnSince } },
    data: { withdrawnAt: null, withdrawnBy: null },
  });
  if (count === 0) return null;
  return tx.declaration.findUniqueOrThrow({
    where: { mspId_declarationId: { mspId, declarationId } },
    select: { clientId: true, systemId: true, repositoryId: true, attribute: true },
  });
}
