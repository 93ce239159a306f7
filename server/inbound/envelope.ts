import { z } from 'zod';

const instant = z.number();

/** What was known of a channel's message when it came, beside its bytes. */
export const messageEnvelope = z.object({
  /** What a ping said, and what its check made of it; null: it is none. */
  ping: z
    .object({
      /** `ign`: the check did not listen to it. */
      kind: z.enum(['success', 'fail', 'start', 'log', 'ign']),
      method: z.string().max(20),
      rid: z.uuid().nullable(),
      exitStatus: z.int().min(0).max(255).nullable(),
      /** Of its own body, after the head of its request. */
      textBytes: z.int().min(0),
      run: z
        .object({
          key: z.string().max(200),
          status: z.enum(['running', 'success', 'failed']),
          startedAt: instant.nullable(),
          endedAt: instant.nullable(),
        })
        .nullable(),
    })
    .nullable(),
  /** How a mail came; null: it is none. */
  mail: z
    .object({
      /** The envelope's, not the head's. */
      from: z.string().max(320).nullable(),
      remoteAddress: z.string().max(100).nullable(),
      /** What our own mail server found of who sent it (`mailTrust`). */
      trust: z.enum(['verified_mail', 'unverified']).default('unverified'),
      results: z
        .array(
          z.object({
            method: z.enum(['spf', 'dkim', 'dmarc', 'arc']),
            result: z.string().max(20),
            domain: z.string().max(255).nullable(),
          }),
        )
        .max(10)
        .readonly()
        .nullable()
        .default(null),
    })
    .nullable(),
  /** What a pull connector was shown; left out: it is no such message. */
  pull: z
    .object({
      /** By which it is known again, as a hash. */
      key: z.string().max(100),
    })
    .optional(),
  /** Which file a person brought in; left out: it is none. */
  import: z.object({ fileName: z.string().max(200), byName: z.string().max(200) }).optional(),
});
export type MessageEnvelope = z.output<typeof messageEnvelope>;
