import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ToldShutdown } from "../../judges/retired-judge-models.js";
import { isoTime } from "../core/clock.js";
import type { Services } from "../core/services.js";
import { cacheFolder } from "../data/asset-access.js";
import { prettyJson, writeFileAtomically } from "../store/run-folder.js";

const fileSchema = z.object({
  schema: z.literal("assay.shutdowns/1"),
  /** Date (null: none announced) and when it was read, by endpoint and model. */
  endpoints: z.record(
    z.string(),
    z.record(z.string(), z.object({ shutdownOn: z.string().nullable(), readAt: z.string() })),
  ),
});

type Told = z.infer<typeof fileSchema>;
type World = Pick<Services, "environment">;

function fileIn(world: World): string {
  return join(cacheFolder(world), "shutdowns.json");
}

/** What is known is only kept to spare a question; a file that cannot be read holds nothing. */
function readTold(world: World): Told {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(fileIn(world), "utf8")));
    if (parsed.success) return parsed.data;
  } catch {
    // There is none yet, or it is damaged.
  }
  return { schema: "assay.shutdowns/1", endpoints: {} };
}

/** What an endpoint said of a model's end when it was last asked; undefined where it was not, or said nothing. */
export function toldShutdown(world: World, endpoint: string, model: string): ToldShutdown | undefined {
  const found = readTold(world).endpoints[endpoint]?.[model];
  return found && { shutdownOn: found.shutdownOn, endpoint };
}

/** Keeps what an endpoint says of a model's end, for runs and reports to come. @throws AssayError `cannot-write`. */
export async function keepShutdown(
  services: Pick<Services, "environment" | "clock">,
  model: string,
  { endpoint, shutdownOn }: ToldShutdown,
): Promise<void> {
  const told = readTold(services);
  const own = { ...told.endpoints[endpoint], [model]: { shutdownOn, readAt: isoTime(services.clock.now()) } };

  await writeFileAtomically(
    fileIn(services),
    prettyJson({ ...told, endpoints: { ...told.endpoints, [endpoint]: own } }),
  );
}
