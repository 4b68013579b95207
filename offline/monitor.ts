import resource from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { type Answers, checkedInputs, type GenerateSecret, plainAnswer, standardAnswers } from "./answers.ts";
import type { Book } from "./book.ts";
import { standardInvokes } from "./invokes.ts";
import { optionsOf } from "./options.ts";
import { asSecret, type PropertyMap, UNKNOWN } from "./properties.ts";
import { nameOf, qualifiedType, urnOf } from "./urn.ts";

/** A run of a program: what its monitor must know. */
export interface RunArgs {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** True: what a provider computes is unknown. */
  readonly preview: boolean;
  /** Fully named keys (`project:key`) -> wire text. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/**
 * What a recent engine can do and this one too. Transforms are missing (nothing here calls back into the program), so
 * a program that registers one fails with the SDK's own message.
 */
const features = [
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SENDS_OPTIONS_TO_HOOKS,
];

/**
 * The service a program registers its resources with. Everything it receives is written into the book.
 * @param generate text of generated passwords
 */
export function monitorService(args: RunArgs, generate: GenerateSecret, book: Book) {
  const answers = standardAnswers(generate);
  return {
    getDeploymentInfo: () => {
      const info = new resource.DeploymentInfo();
      info.setProject(args.project);
      info.setStack(args.stack);
      info.setOrganization(args.organization);
      for (const [key, value] of Object.entries(args.config)) info.getConfigMap().set(key, value);
      info.setConfigsecretkeysList([...args.secretKeys]);
      info.setDryrun(args.preview);
      info.setParallel(16);
      info.setSupportedfeaturesList(features);
      return info;
    },
    supportsFeature: (request: resource.SupportsFeatureRequest) => {
      const response = new resource.SupportsFeatureResponse();
      response.setHassupport(!request.getId().toLowerCase().includes("transform"));
      return response;
    },
    registerResource: (request: resource.RegisterResourceRequest) => register({ ...args, answers }, book, request),
    registerResourceOutputs: (request: resource.RegisterResourceOutputsRequest) => {
      book.addOutputs(request.getUrn(), mapOf(request.getOutputs()));
      return new empty.Empty();
    },
    readResource: (request: resource.ReadResourceRequest) => {
      const response = new resource.ReadResourceResponse();
      response.setUrn(urnOf(args.stack, args.project, request.getParent(), request.getType(), request.getName()));
      response.setProperties(structOf(mapOf(request.getProperties())));
      return response;
    },
    invoke: (request: resource.ResourceInvokeRequest) => invoke(book, args.preview, request),
    registerResourceHook: (request: resource.RegisterResourceHookRequest) => {
      book.addHook({ name: request.getName(), onDryRun: request.getOnDryRun() });
      return new empty.Empty();
    },
    registerErrorHook: (request: resource.RegisterErrorHookRequest) => {
      book.addHook({ name: request.getName(), onDryRun: false });
      return new empty.Empty();
    },
    registerPackage: (request: resource.RegisterPackageRequest) => {
      const parameter = request.getParameterization();
      const response = new resource.RegisterPackageResponse();
      response.setRef(
        book.addPackage({
          name: request.getName(),
          version: request.getVersion(),
          downloadUrl: request.getDownloadUrl(),
          ...(parameter === undefined
            ? {}
            : {
                parameterization: {
                  name: parameter.getName(),
                  version: parameter.getVersion(),
                  value: parameter.getValue_asB64(),
                },
              }),
        }),
      );
      return response;
    },
    signalAndWaitForShutdown: () => new empty.Empty(),
  };
}

function register(
  args: RunArgs & { readonly answers: Answers },
  book: Book,
  request: resource.RegisterResourceRequest,
) {
  const [type, name, parent, custom] = [request.getType(), request.getName(), request.getParent(), request.getCustom()];
  const urn = urnOf(args.stack, args.project, parent, type, name);
  if (book.has(urn)) {
    throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
  }
  const inputs = mapOf(request.getObject());
  const checked = custom ? checkedInputs({ urn, type, name, inputs }) : inputs;
  const question = { urn, type, name, inputs: checked };
  const options = optionsOf(request);
  const secretOutputs = options.additionalSecretOutputs ?? [];
  const known =
    custom && !args.preview
      ? (args.answers(question) ?? plainAnswer(question, secretOutputs))
      : { id: "", outputs: {} };
  const outputs = custom ? markSecret({ ...checked, ...known.outputs }, secretOutputs, args.preview) : {};
  book.addRegistration({ urn, type, name, parent, custom, id: known.id, inputs, options, outputs });

  const response = new resource.RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(known.id);
  response.setObject(structOf(outputs));
  return response;
}

/** In a preview a secret output that is not known yet is an unknown secret, not a plain unknown. */
function markSecret(outputs: PropertyMap, secret: readonly string[], preview: boolean): PropertyMap {
  const marked = secret.flatMap((property) => {
    const value = outputs[property] ?? (preview ? UNKNOWN : undefined);
    return value === undefined ? [] : [[property, asSecret(value)] as const];
  });
  return { ...outputs, ...Object.fromEntries(marked) };
}

function invoke(book: Book, preview: boolean, request: resource.ResourceInvokeRequest) {
  const token = request.getTok();
  const given = mapOf(request.getArgs());
  const response = new resource.ResourceInvokeResponse();
  if (token === "pulumi:pulumi:getResource") {
    const urn = String(given.urn);
    const found = book.registrations().find((r) => r.urn === urn);
    if (found === undefined) throw new Error(`unknown resource ${qualifiedType(urn)} ${nameOf(urn)}`);
    response.setReturn(structOf({ urn, id: found.id, state: found.outputs }));
    return response;
  }
  book.addInvocation({ token, args: given, provider: request.getProvider() });
  const result = standardInvokes(token, given);
  if (result === undefined && !preview) {
    throw new Error(`${token} asks a real provider, and a recording has no answer for it: see offline/invokes.ts.`);
  }
  // A preview may leave it open: whatever is built from it is unknown, as with a provider that is not configured yet.
  if (result === undefined) response.setUnknown(true);
  else response.setReturn(structOf(result));
  return response;
}

function mapOf(value: struct.Struct | undefined): PropertyMap {
  return (value?.toJavaScript() ?? {}) as PropertyMap;
}

function structOf(value: PropertyMap): struct.Struct {
  return struct.Struct.fromJavaScript(value as Parameters<typeof struct.Struct.fromJavaScript>[0]);
}
