import { z } from 'zod';
import { MAIL_PROBLEMS } from '@/domain/mail/mail-problem';
import type { Database, Tx } from './database';

type Hash = Uint8Array<ArrayBuffer>;

/** A document that was sent to somebody, and what became of it. */
export interface DocumentDelivery {
  readonly linkId: string;
  readonly clientId: string;
  readonly documentId: string;
  /** Of the document as it is now; null: it has none. */
  readonly title: string | null;
  readonly clientName: string;
  readonly recipient: string;
  readonly sentByName: string;
  readonly sentAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** How often a file was taken by the link. */
  readonly openedCount: number;
  readonly lastOpenedAt: Date | null;
  /** How far its mail is. */
  readonly mail: {
    readonly state: 'waiting' | 'sent' | 'failed' | 'withdrawn';
    readonly problem: (typeof MAIL_PROBLEMS)[number] | null;
    readonly serverAnswer: string | null;
  };
}

const deliveryRow = z.object({
  linkId: z.string(),
  clientId: z.string(),
  documentId: z.string(),
  title: z.string().nullable(),
  clientName: z.string(),
  recipient: z.string(),
  sentByName: z.string(),
  sentAt: z.date(),
  expiresAt: z.date(),
  revokedAt: z.date().nullable(),
  openedCount: z.int(),
  lastOpenedAt: z.date().nullable(),
  mail: z.object({
    state: z.enum(['waiting', 'sent', 'failed', 'withdrawn']),
    problem: z.enum(MAIL_PROBLEMS).nullable(),
    serverAnswer: z.string().nullable(),
  }),
});

/** What the scope's MSP sent, newest first, at most 500; `documentId` null: of every document. */
export async function listDeliveries(
  tx: Tx,
  mspId: string,
  documentId: string | null,
): Promise<DocumentDelivery[]> {
  const rows = await tx.$queryRaw`
    SELECT l.link_id::text AS "linkId", l.client_id::text AS "clientId", l.document_id::text AS "documentId", d.title,
      d.client_name AS "clientName", l.recipient, l.sent_by_name AS "sentByName", l.sent_at AS "sentAt", l.expires_at AS "expiresAt",
      l.revoked_at AS "revokedAt", l.opened_count AS "openedCount", l.last_opened_at AS "lastOpenedAt",
      jsonb_build_object('state', m.state, 'problem', m.problem, 'serverAnswer', m.server_answer) AS mail
    FROM identity.list_document_links(${documentId}::uuid) l
    JOIN app.document d ON d.msp_id = ${mspId}::uuid AND d.document_id = l.document_id
    JOIN app.mail_outbox m ON m.msp_id = ${mspId}::uuid AND m.mail_id = l.mail_id
    ORDER BY l.sent_at DESC, l.link_id DESC`;
  return z.array(deliveryRow).parse(rows);
}

/** false: the document is not there, or not ready. */
export async function insertDocumentLink(
  tx: Tx,
  link: {
    readonly linkId: string;
    readonly clientId: string;
    readonly documentId: string;
    readonly tokenHash: Hash;
    readonly recipient: string;
    readonly mailId: string;
    readonly byName: string;
    readonly expiresAt: Date;
  },
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.make_document_link(${link.linkId}::uuid, ${link.clientId}::uuid,
    ${link.documentId}::uuid, ${link.tokenHash}::bytea, ${link.recipient}, ${link.mailId}::uuid, ${link.byName},
    ${link.expiresAt}::timestamptz) AS "isMade"`;
  return z.tuple([z.object({ isMade: z.boolean() })]).parse(rows)[0].isMade;
}

/** The client that it was for; null: not there, or revoked before. */
export async function revokeDocumentLink(tx: Tx, linkId: string): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_document_link(${linkId}::uuid)::text AS "clientId"`;
  return z.tuple([z.object({ clientId: z.string().nullable() })]).parse(rows)[0].clientId;
}

/** What a link opens. */
export interface OpenedLink {
  readonly linkId: string;
  readonly mspId: string;
  readonly clientId: string;
  readonly documentId: string;
  readonly expiresAt: Date;
}

const openedRow = z.object({
  link_id: z.string(),
  msp_id: z.string(),
  client_id: z.string(),
  document_id: z.string(),
  expires_at: z.date(),
});

/** null: nobody's, revoked, or at its end. `isUsed`: a file is taken, which is counted. */
export async function openDocumentLink(
  database: Database,
  tokenHash: Hash,
  isUsed: boolean,
): Promise<OpenedLink | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.open_document_link(${tokenHash}::bytea, ${isUsed})`,
  );
  const [row] = z.array(openedRow).parse(rows);
  if (!row) return null;
  return {
    linkId: row.link_id,
    mspId: row.msp_id,
    clientId: row.client_id,
    documentId: row.document_id,
    expiresAt: row.expires_at,
  };
}
