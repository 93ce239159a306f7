import { z } from 'zod';
import { apiSystemDetail } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { verdictFields } from '@/server/data/evidence-api';
import { readSystem } from '@/server/data/system-detail';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { systemAnswer } from '../../api-answers';

/** One system with the verdict on each of its data sets as of now, and why. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }), answer: apiSystemDetail },
  async ({ scope, params: { systemId } }) => {
    const found = await readSystem(webDatabase(), scope, systemId, null, new Date());
    if (!found) throw nothingHere();
    const { system, status, dataSets, tags, jobs } = found;
    return Response.json({
      ...systemAnswer({ ...system, status }),
      dataSets: dataSets.map(({ dataSetId, name, verdict, policy }) => ({
        dataSetId,
        name,
        ...verdictFields(verdict),
        policyVersion: policy.version,
      })),
      tags,
      jobs: jobs.map(({ jobId, dataSetId, name, tool, repositoryName }) => ({
        jobId,
        dataSetId,
        name,
        tool,
        repositoryName,
      })),
    });
  },
);
