/** A call of a function on behalf of a request. */
import type { Invocation } from "../../core/invocation.ts";
import type { LuaTable } from "../../core/table.ts";
import type { CapturedReply, HttpCall, HttpExchange, Subrequest } from "../../http.ts";
import type { Arrival } from "../arrival.ts";
import { OwnReply } from "./ownReply.ts";
import { TRACE_HEADER } from "../requestSpan.ts";
import type { GatewayReply, GatewayRequest } from "../port.ts";
import { SentRequest } from "./sentRequest.ts";

/** What a call needs of the gateway. */
export interface CallingGateway {
  arrivalOf(request: GatewayRequest): Arrival;
  readArguments(request: GatewayRequest, parameters: ReadonlyMap<string, string>): LuaTable;
  capture(subrequest: Subrequest, outer: RequestedCall): Promise<CapturedReply>;
  /** Whether another function asked for it. */
  isSubrequest(request: GatewayRequest): boolean;
}

export class RequestedCall implements HttpCall {
  /** In bytes. */
  readonly functionName: string;
  readonly invocation: Invocation;
  /** The path of the row that led here; `undefined` where there was none. */
  route: string | undefined = undefined;
  readonly gatewayRequest: GatewayRequest;
  readonly gatewayReply: GatewayReply;
  private readonly gateway: CallingGateway;
  private readonly parameters: ReadonlyMap<string, string>;
  private opened: OpenExchange | undefined = undefined;

  // eslint-disable-next-line max-params -- an object for them would cost every request another one
  constructor(
    functionName: string,
    invocation: Invocation,
    gateway: CallingGateway,
    request: GatewayRequest,
    reply: GatewayReply,
    parameters: ReadonlyMap<string, string>,
  ) {
    this.functionName = functionName;
    this.invocation = invocation;
    this.gateway = gateway;
    this.gatewayRequest = request;
    this.gatewayReply = reply;
    this.parameters = parameters;
  }

  get exchange(): HttpExchange {
    return (this.opened ??= new OpenExchange(this, this.gateway, this.gatewayReply));
  }

  /** What the function made of the reply; `undefined` when it never asked for it. */
  get ownReply(): OwnReply | undefined {
    return this.opened?.reply;
  }

  /** Reads the arguments anew: those that the function got are its own to change. */
  readArguments(): LuaTable {
    return this.gateway.readArguments(this.gatewayRequest, this.parameters);
  }
}

class OpenExchange implements HttpExchange {
  readonly request: SentRequest;
  readonly reply: OwnReply;
  readonly isSubrequest: boolean;
  private readonly call: RequestedCall;
  private readonly gateway: CallingGateway;

  constructor(call: RequestedCall, gateway: CallingGateway, reply: GatewayReply) {
    const { gatewayRequest } = call;
    const arrival = gateway.arrivalOf(gatewayRequest);
    this.call = call;
    this.gateway = gateway;
    this.request = new SentRequest(gatewayRequest, arrival, call.invocation.state.host);
    this.reply = new OwnReply(reply.raw, () => {
      reply.hijack();
      reply.raw.setHeader(TRACE_HEADER, arrival.span.trace.id);
    });
    this.isSubrequest = gateway.isSubrequest(gatewayRequest);
  }

  capture(subrequest: Subrequest): Promise<CapturedReply> {
    return this.gateway.capture(subrequest, this.call);
  }
}
