import { z } from 'zod';

const whole = z.int().min(0);
/** Seconds since 1970, as text. */
const instant = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform((text) => new Date(Number(text) * 1000).toISOString());

/** A backup as `barman -f json list-backups` prints it; of one that is not done only the first two. */
const backup = z.object({
  backup_id: z.string().min(1).max(200),
  status: z.string().min(1),
  end_time_timestamp: instant.optional(),
  size_bytes: whole.optional(),
  retention_status: z.string().optional(),
  /** Since 3.11. */
  backup_type: z.string().optional(),
});
export type BarmanBackup = z.output<typeof backup>;

/** What barman says in its JSON beside an answer, or in place of one. */
const complaints = z
  .object({ _ERROR: z.array(z.string()).default([]), _EXCEPTION: z.array(z.string()).default([]) })
  .transform(({ _ERROR: errors, _EXCEPTION: exceptions }) => [...errors, ...exceptions]);

/** The backups of one server, newest first; null when the answer does not have them whole. */
export function readBarmanBackups(stdout: string, server: string): BarmanBackup[] | null {
  const json = jsonOf(stdout);
  if (json === null || complaintsIn(stdout).length > 0) return null;
  return z.object({ [server]: z.array(backup) }).safeParse(json).data?.[server] ?? null;
}

export function complaintsIn(stdout: string): string[] {
  return complaints.safeParse(jsonOf(stdout)).data ?? [];
}

/** Two settings of a server, of the many that `barman -f json show-servers` prints; passwords are among the others. */
const serverSettings = z.object({
  backup_directory: z.string().min(1).max(4096).nullish(),
  retention_policy: z.string().nullish(),
});
export type BarmanServer = z.output<typeof serverSettings>;

export function readBarmanServer(stdout: string, server: string): BarmanServer | null {
  return z.object({ [server]: serverSettings }).safeParse(jsonOf(stdout)).data?.[server] ?? null;
}

/** `3.4.0 Barman by EnterpriseDB`; null when it is something else. */
export function readBarmanVersion(stdout: string): string | null {
  return /^(\d\S*) Barman\b/m.exec(stdout)?.[1] ?? null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
