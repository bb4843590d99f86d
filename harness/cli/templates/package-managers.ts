import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Who installs a project's packages. Yarn 1 and its successors take different flags. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "yarn-1";

/** How a job installs what a lockfile names, and runs assay from it. */
export interface ManagerCommands {
  readonly lockfile: string;
  /** Adds the packed file to a project. */
  readonly add: string;
  /** Runs what is installed, and nothing else. */
  readonly assay: string;
  /** Commands that install exactly what the lockfile says, with `cache` as the folder of downloaded packages. */
  readonly install: readonly string[];
  readonly cache: string;
  /** What a project needs besides its lockfile. */
  readonly needs?: string;
}

const PACKED = "./assay-0.1.0.tgz";

/** A version that corepack, which comes with Node 24, takes from package.json. */
function pinned(name: string): string {
  return `the version of ${name} in package.json ("packageManager": "${name}@…"), which corepack installs`;
}

/** The commands of each package manager in CI. */
export const MANAGER_COMMANDS: Readonly<Record<PackageManager, ManagerCommands>> = {
  npm: {
    lockfile: "package-lock.json",
    add: `npm install --save-dev ${PACKED}`,
    assay: "npx --no-install assay",
    install: ["npm ci --cache .npm --prefer-offline"],
    cache: ".npm",
  },
  pnpm: {
    lockfile: "pnpm-lock.yaml",
    add: `pnpm add --save-dev ${PACKED}`,
    assay: "pnpm exec assay",
    install: ["corepack enable pnpm", "pnpm install --frozen-lockfile --store-dir .pnpm-store"],
    cache: ".pnpm-store",
    needs: pinned("pnpm"),
  },
  yarn: {
    lockfile: "yarn.lock",
    add: `yarn add --dev ${PACKED}`,
    assay: "yarn run assay",
    install: ["corepack enable yarn", "YARN_ENABLE_GLOBAL_CACHE=false yarn install --immutable"],
    cache: ".yarn/cache",
    needs: pinned("yarn"),
  },
  "yarn-1": {
    lockfile: "yarn.lock",
    add: `yarn add --dev ${PACKED}`,
    assay: "yarn --silent run assay",
    install: ["corepack enable yarn", "yarn install --frozen-lockfile --cache-folder .yarn-cache"],
    cache: ".yarn-cache",
  },
};

/** A package manager, and the file of the project that says so; undefined where nothing does. */
export interface FoundManager {
  readonly manager: PackageManager;
  readonly by?: string;
}

/** Lockfiles in the order in which they are believed where a project has several and none of them holds assay. */
const LOCKFILES: readonly (readonly [file: string, manager: (text: string) => PackageManager])[] = [
  ["package-lock.json", () => "npm"],
  ["pnpm-lock.yaml", () => "pnpm"],
  ["yarn.lock", (text) => (/^__metadata:/m.test(text) ? "yarn" : "yarn-1")],
];

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function named(packageJson: string): PackageManager | undefined {
  const [, name, major] = /"packageManager"\s*:\s*"(npm|pnpm|yarn)@(\d+)/.exec(packageJson) ?? [];
  if (name === "yarn") return Number(major) < 2 ? "yarn-1" : "yarn";
  return name === "npm" || name === "pnpm" ? name : undefined;
}

/** The package manager of the project in a folder: the one that package.json names, else that of its lockfile, else npm. */
export function packageManagerOf(folder: string): FoundManager {
  const manager = named(textOf(join(folder, "package.json")));
  if (manager !== undefined) return { manager, by: "package.json" };
  const found = LOCKFILES.filter(([file]) => existsSync(join(folder, file))).map(([file, of]) => {
    const text = textOf(join(folder, file));
    return { by: file, manager: of(text), holdsAssay: /["'/ ]assay["'@:]|^assay@/m.test(text) };
  });
  const chosen = found.find(({ holdsAssay }) => holdsAssay) ?? found[0];
  return chosen === undefined ? { manager: "npm" } : { manager: chosen.manager, by: chosen.by };
}
