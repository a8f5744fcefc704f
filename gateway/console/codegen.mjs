// Types of every GraphQL document under src, from the committed schema: node codegen.mjs
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import * as documents from "@graphql-codegen/typed-document-node";
import { buildSchema, parse, printSchema } from "graphql";

const here = import.meta.dirname;
const source = join(here, "src", "graphql");
const schema = buildSchema(await readFile(join(here, "..", "schema.graphql"), "utf8"));

const files = (await readdir(source)).filter((name) => name.endsWith(".graphql")).sort();
const parsed = await Promise.all(
  files.map(async (name) => ({ location: name, document: parse(await readFile(join(source, name), "utf8")) })),
);

const text = await codegen({
  filename: "documents.ts",
  schema: parse(printSchema(schema)),
  schemaAst: schema,
  documents: parsed,
  config: {
    enumsAsTypes: true,
    enumType: "string-literal",
    skipTypename: false,
    nonOptionalTypename: false,
    avoidOptionals: { field: true },
    useTypeImports: true,
    scalars: { BigInt: "number", Date: "string", DateTime: "string", JSON: "Record<string, unknown>", ID: "string" },
    strictScalars: true,
  },
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
});

await mkdir(join(here, "src", "gql"), { recursive: true });
await writeFile(join(here, "src", "gql", "documents.ts"), text);
