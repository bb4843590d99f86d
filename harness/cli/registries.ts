/** Registries by the word that lists them; each is loaded only when it is needed. */
export const registries = {
  suites: async () => (await import("../../suites/registry.js")).suiteRegistry,
  judges: async () => (await import("../../judges/registry.js")).judgeRegistry,
  adapters: async () => (await import("../models/registry.js")).modelAdapters,
  reports: async () => (await import("../../reports/registry.js")).reportRegistry,
} as const;
