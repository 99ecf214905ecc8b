package dev.sallyport.bench.tokens;

import java.util.List;

/** What tools of software companies take besides what makes them different. */
final class Parameters {

  /**
   * @param schema JSON
   */
  record Parameter(String name, String schema) {}

  static final List<Parameter> COMMON =
      List.of(
          of(
              "page",
              "{'type':'integer','minimum':1,'default':1,'description':'Page number of the results to fetch, counted from 1'}"),
          of(
              "per_page",
              "{'type':'integer','minimum':1,'maximum':100,'default':30,'description':'How many results a page has; at most 100'}"),
          of(
              "sort",
              "{'type':'string','enum':['created','updated','priority','relevance'],'default':'created','description':'The property that results are sorted by'}"),
          of(
              "direction",
              "{'type':'string','enum':['asc','desc'],'default':'desc','description':'Whether results are sorted in ascending or in descending order'}"),
          of(
              "updated_since",
              "{'type':'string','format':'date-time','description':'Only what was changed at or after this time, in ISO 8601 format, such as 2026-01-31T00:00:00Z'}"),
          of(
              "include_archived",
              "{'type':'boolean','default':false,'description':'Whether archived entries are part of the results. They are left out unless this is true.'}"),
          of(
              "fields",
              "{'type':'array','items':{'type':'string'},'description':'Names of the fields to return; all fields are returned if this is left out'}"),
          of(
              "filter",
              "{'type':'object','description':'Conditions that results have to fulfil, all of them','properties':{'field':{'type':'string','description':'Name of the field to compare'},'operator':{'type':'string','enum':['eq','ne','lt','gt','contains'],'description':'How to compare'},'value':{'type':'string','description':'What to compare with'}},'required':['field','operator','value']}"),
          of(
              "workspace",
              "{'type':'string','description':'Identifier of the workspace; the default workspace of the user if left out'}"),
          of(
              "dry_run",
              "{'type':'boolean','default':false,'description':'Only check whether the operation would be possible, and report what it would change, without changing anything'}"),
          of(
              "idempotency_key",
              "{'type':'string','maxLength':64,'description':'A key of your own; a second request with the same key has no further effect and returns the first answer'}"),
          of(
              "labels",
              "{'type':'array','items':{'type':'string'},'maxItems':20,'description':'Labels to attach. Labels that do not exist are created in the default colour.'}"),
          of(
              "assignees",
              "{'type':'array','items':{'type':'string'},'description':'Logins of the people who are responsible; each has to be a member of the team'}"),
          of(
              "visibility",
              "{'type':'string','enum':['private','team','company','public'],'default':'team','description':'Who can see the entry once it is there'}"),
          of(
              "locale",
              "{'type':'string','pattern':'^[a-z]{2}(-[A-Z]{2})?$','description':'Language of texts and formats, such as en or de-CH'}"),
          of(
              "timezone",
              "{'type':'string','description':'IANA time zone in which dates are read and written, such as Europe/Zurich. Defaults to UTC.'}"),
          of(
              "metadata",
              "{'type':'object','additionalProperties':{'type':'string'},'description':'Up to 50 key and value pairs to keep with the object, for your own use'}"),
          of(
              "range",
              "{'type':'object','description':'The period to look at','properties':{'start':{'type':'string','format':'date','description':'First day, inclusive'},'end':{'type':'string','format':'date','description':'Last day, inclusive'}},'required':['start','end']}"),
          of(
              "recipients",
              "{'type':'array','description':'Who is told about it','items':{'type':'object','properties':{'kind':{'type':'string','enum':['user','group','address']},'id':{'type':'string','description':'Login, name of the group, or mail address'},'notify':{'type':'boolean','default':true}},'required':['kind','id']}}"),
          of(
              "attachments",
              "{'type':'array','maxItems':10,'description':'Files to attach','items':{'type':'object','properties':{'name':{'type':'string','description':'File name with its extension'},'content_type':{'type':'string'},'url':{'type':'string','format':'uri','description':'Where the content can be fetched from'}},'required':['name','url']}}"),
          of(
              "parent_id",
              "{'type':['string','null'],'description':'Identifier of the entry that this one belongs to; null for none'}"),
          of(
              "comment",
              "{'type':'string','maxLength':2000,'description':'A remark that is shown in the history next to the change. Markdown is allowed.'}"),
          of(
              "expand",
              "{'type':'array','items':{'type':'string','enum':['author','comments','history','attachments','links']},'description':'Related objects to return in full in place of their identifiers'}"),
          of(
              "cursor",
              "{'type':'string','description':'Opaque position that a previous response returned as next_cursor; leave it out for the first page'}"),
          of(
              "priority",
              "{'type':'string','enum':['lowest','low','medium','high','critical'],'default':'medium','description':'How urgent it is'}"),
          of(
              "due_date",
              "{'type':'string','format':'date','description':'The day on which it has to be done, in the format YYYY-MM-DD'}"),
          of(
              "notify",
              "{'type':'boolean','default':true,'description':'Whether watchers get a notification about the change'}"),
          of(
              "format",
              "{'type':'string','enum':['json','csv','markdown','text'],'default':'json','description':'Format in which the result is returned'}"),
          of(
              "retry",
              "{'type':'object','description':'What to do when the backend is busy','properties':{'attempts':{'type':'integer','minimum':0,'maximum':5,'default':2},'delay_seconds':{'type':'number','minimum':0,'default':1.5}}}"),
          of(
              "version",
              "{'type':'integer','minimum':0,'description':'The version that you have read; the change is refused if somebody else has changed the entry since'}"));

  /** Sentences that descriptions go on with. */
  static final List<String> SENTENCES =
      List.of(
          "Requires read access to the workspace, and write access if anything is changed.",
          "Results are paginated; use the cursor of the response to get the next page.",
          "Returns an error if the object does not exist or if you are not allowed to see it.",
          "Dates are given in ISO 8601 format, and in UTC unless a time zone is given.",
          "Use this when the user asks for details of a single entry and its identifier is known.",
          "Do not use this for bulk operations; there is a separate tool for exports of more than a thousand entries.",
          "Requests are limited to 60 a minute for each user; when the limit is reached, wait and try again.",
          "Fields that are left out keep the values that they have.",
          "The operation is recorded in the audit log with the name of the user on whose behalf it is made.",
          "Deleted entries can be restored within 30 days, by an administrator only.",
          "If several entries match, the most recently changed one comes first.",
          "Text may contain Markdown, which is rendered for the readers.",
          "Prefer a precise query over fetching everything and filtering afterwards.",
          "Names are compared without regard to upper and lower case.");

  private Parameters() {}

  private static Parameter of(String name, String schema) {
    return new Parameter(name, schema.replace('\'', '"'));
  }
}
