import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';

/** The certificates that documents of this installation are signed with, DER in base64, the present one first. For anybody. */
export const GET = withPublicRoute({}, () =>
  Promise.resolve(
    Response.json({
      certificates: (config().documentCertificates ?? []).map((der) => Buffer.from(der).toString('base64')),
    }),
  ),
);
