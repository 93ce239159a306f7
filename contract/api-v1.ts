import { z } from 'zod';

/**
 * What the public API (docs/api.md) answers to readers, version 1. Fields may be added; what is here stays, or the version rises. Instants are
 * RFC 3339 in UTC, sizes are bytes, and null says that it is not known or that there is none.
 */
const id = z.uuid();
const at = z.iso.datetime();
const status = z
  .enum(['non-compliant', 'unknown', 'at-risk', 'compliant'])
  .describe('Of the worst of its data sets; `unknown` is not `compliant`.');

/** A list in parts: `nextCursor` is sent as `cursor` for what follows, and is null at the end. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** What every list takes. */
export const pageQuery = {
  cursor: z.string().max(200).optional().describe('The `nextCursor` of the answer before.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .optional()
    .describe('How many at once, 1 to 200; 100 if left out.'),
};
export const ofClientQuery = { clientId: z.uuid().optional().describe('Only of this client.') };

export const apiCaller = z.object({
  personId: id,
  name: z.string(),
  mspId: id,
  mspName: z.string(),
  role: z.string(),
  clientIds: z
    .union([z.literal('*'), z.array(id)])
    .describe('The clients that are seen; `*`: all of the MSP.'),
  key: z
    .object({ personalKeyId: id, scopes: z.array(z.string()), expiresAt: at })
    .nullable()
    .describe('The key that asks; null: a browser does.'),
});

export const apiClient = z.object({
  clientId: id,
  name: z.string(),
  timeZone: z.string().describe('IANA name.'),
  status: status.nullable().describe('Of its worst system; null: it has none.'),
  systems: z
    .object({ 'non-compliant': z.int(), unknown: z.int(), 'at-risk': z.int(), compliant: z.int() })
    .describe('How many have each status.'),
});
export const apiClients = listOf(apiClient);

const apiSystem = z.object({
  systemId: id,
  clientId: id,
  name: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']),
  status,
  since: at.describe('Since when it has this status.'),
  laggingSince: at
    .nullable()
    .describe('Since when what is stored of it is too old to be relied on; null: it is not.'),
});
export const apiSystems = listOf(apiSystem);

const coded = z.looseObject({ code: z.string() });
export const apiSystemDetail = apiSystem.extend({
  dataSets: z.array(
    z.object({
      dataSetId: id,
      name: z.string(),
      status,
      reasons: z.array(coded).describe('Why it has this status; empty: it is compliant.'),
      digits: z
        .record(
          z.string(),
          z.object({ required: z.number().nullable(), actual: z.number(), isPassed: z.boolean() }),
        )
        .describe('The digits of the 3-2-1-1-0 rule.'),
      copies: z.array(
        z.object({ repositoryName: z.string(), isCounted: z.boolean(), rejections: z.array(coded) }),
      ),
      policyVersion: z.int().describe('Of the policy that it is judged by.'),
    }),
  ),
  tags: z.array(z.string()),
  jobs: z.array(
    z.object({
      jobId: id,
      dataSetId: id.nullable(),
      name: z.string(),
      tool: z.string(),
      repositoryName: z.string().nullable(),
    }),
  ),
});

const runStatus = z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']);
const apiRun = z.object({
  runId: id,
  jobId: id.nullable(),
  jobName: z.string(),
  repositoryName: z.string().nullable(),
  kind: z.string(),
  status: runStatus.describe('What the tool said of the run: no claim about a copy.'),
  isPartial: z.boolean(),
  at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  durationSeconds: z.number().nullable(),
  sourceBytes: z.number().nullable(),
  storedBytes: z.number().nullable(),
  filesTotal: z.number().nullable(),
  filesFailed: z.number().nullable(),
  exitCode: z.int().nullable(),
  message: z.string().nullable(),
  trust: z.enum(['signed', 'token', 'verified_mail', 'unverified', 'declared']),
  toldBy: z.array(z.string()),
  disagreement: z.object({ status: runStatus, trust: z.string() }).nullable(),
  rawReportId: id,
});
export const apiRuns = listOf(apiRun);

const apiRecoveryPoint = z.object({
  pointId: id,
  key: z.string().describe("The tool's own id."),
  dataSetId: id,
  repositoryId: id,
  repositoryName: z.string(),
  takenAt: at,
  state: z.string(),
  sizeBytes: z.number().nullable(),
  goneAt: at.nullable().describe('Since when it is gone; null: it is there.'),
  immutableUntil: at.nullable(),
  standing: z
    .enum(['counts', 'usable', 'rejected'])
    .describe('`counts`: it is a copy of the rule; `rejected`: `rejection` says why it is none.'),
  rejection: coded.nullable(),
});
export const apiRecoveryPoints = listOf(apiRecoveryPoint);

const apiFinding = z.object({
  causeId: id,
  clientId: id,
  clientName: z.string(),
  severity: z.enum(['critical', 'warning', 'note']),
  title: z.string(),
  rules: z.array(z.string()),
  findingCount: z.int(),
  waivedCount: z.int(),
  systemCount: z.int(),
  since: at,
  closedAt: at.nullable().describe('null: it is open.'),
  flapCount: z.int().describe('How often it came back.'),
  version: z.int().describe('Sent with a change, which is refused once it is another.'),
  acknowledgedAt: at.nullable(),
  acknowledgedByName: z.string().nullable(),
  assignedTo: id.nullable(),
  assignedToName: z.string().nullable(),
  snoozedUntil: at.nullable(),
  ticketReference: z.string().nullable(),
  ticketUrl: z.string().nullable(),
});
export const apiFindings = listOf(apiFinding);
export const apiFindingDetail = apiFinding.extend({
  systems: z
    .array(z.object({ systemId: id, name: z.string(), status }))
    .describe('At most 200, worst first.'),
  events: z
    .array(
      z.object({
        kind: z.string(),
        at,
        byName: z.string().nullable(),
        text: z.string().nullable(),
        undoneAt: at.nullable(),
      }),
    )
    .describe('What happened and was done, at most 200, newest first.'),
});

const apiAgent = z.object({
  agentId: id,
  clientId: id.nullable(),
  name: z.string(),
  hostname: z.string(),
  os: z.string().nullable(),
  version: z.string(),
  state: z.enum(['silent', 'never-heard', 'reporting', 'revoked']),
  enrolledAt: at,
  lastSeenAt: at.nullable(),
  revokedAt: at.nullable(),
  missingReports: z.int().describe('Reports below the newest that never arrived.'),
});
export const apiAgents = listOf(apiAgent);

export const apiChannel = z.object({
  channelId: id,
  clientId: id,
  kind: z.enum(['ping', 'mail', 'webhook', 'pull']),
  name: z.string(),
  hostname: z.string(),
  product: z.string().nullable(),
  state: z.enum(['silent', 'never-heard', 'reporting', 'closed']),
  messageCount: z.int(),
  lastHeardAt: at.nullable(),
  silentAt: at.nullable(),
  pausedAt: at.nullable(),
  closedAt: at.nullable(),
});
export const apiChannels = listOf(apiChannel);

const apiRepository = z.object({
  repositoryId: id,
  clientId: id.nullable().describe("null: the MSP's own."),
  name: z.string(),
  tool: z.string(),
  location: z.string(),
  systemCount: z.int(),
  pointCount: z.int(),
  storedBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
});
export const apiRepositories = listOf(apiRepository);

export const apiPolicy = z.object({
  policyId: id,
  name: z.string(),
  isDefault: z.boolean(),
  version: z.int(),
  publishedAt: at,
  overrides: z.record(z.string(), z.unknown()).describe('What it sets; the rest is inherited.'),
  systemCount: z.int(),
});
export const apiPolicies = listOf(apiPolicy);

const apiRestoreRecord = z.object({
  recordId: id,
  clientId: id,
  systemId: id,
  repositoryId: id,
  level: z.string(),
  isRestoreTest: z.boolean().describe('Levels L4 and L5 alone: data was brought back and compared.'),
  result: z.string(),
  performedAt: at,
  review: z.string(),
  failure: z.enum(['none', 'open', 'closed']),
  sha256: z.string().describe('Of the record as it was made.'),
});
export const apiRestoreRecords = listOf(apiRestoreRecord);

const apiDocument = z.object({
  documentId: id,
  clientId: id,
  kind: z.string(),
  title: z.string(),
  pages: z.int(),
  finishedAt: at,
  pdfSha256: z.string(),
  pdfBytes: z.int(),
});
export const apiDocuments = listOf(apiDocument);
